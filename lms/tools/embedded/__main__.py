"""`python -m lms.tools.embedded -- command …`: run a command beside servers made for it alone."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from lms.processes.supervisor import Program, Stopped, Supervisor, spawn
from lms.tools.embedded.postgres import Postgres
from lms.tools.embedded.processes import EmbeddedError, FolderInUse, lock_file
from lms.tools.embedded.valkey import Valkey

_PREFIX = "lms-test-"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lms.tools.embedded", description=__doc__)
    parser.add_argument("command", nargs="+", help="what to run, after --")
    command = parser.parse_args().command
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = lock_file(folder / "lock")
    supervisor = Supervisor(lambda text: print(text, file=sys.stderr))
    try:
        return _run(command, folder, supervisor)
    except Stopped:
        return 128 + signal.SIGTERM
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        supervisor.stop()
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _run(command: list[str], folder: Path, supervisor: Supervisor) -> int:
    env = dict(os.environ)
    env.setdefault("LMS_DATA_DIR", str(folder / "data"))
    if not (env.get("LMS_DATABASE_URL") or env.get("LMS_DATABASE_URL_FILE")):
        postgres = Postgres(folder / "postgres", durable=False)
        supervisor.run(Program("PostgreSQL", postgres.start, postgres.kill_signal))
        env["LMS_DATABASE_URL"] = postgres.url
    if not (env.get("LMS_REDIS_URL") or env.get("LMS_REDIS_URL_FILE")):
        valkey = Valkey(folder / "valkey", durable=False)
        supervisor.run(Program("Valkey", valkey.start, valkey.kill_signal))
        env["LMS_REDIS_URL"] = valkey.url
    # In our session, with our terminal: `--pdb` reads from it, and Ctrl-C reaches it directly.
    process = spawn(command, env=env, stdin=sys.stdin.fileno(), own_session=False)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        while process.poll() is None:
            supervisor.wait(60.0)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _remove_leftovers() -> None:
    """Folders that killed runs left behind: their locks are free."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if folder.stat().st_uid == os.geteuid() and (folder / "lock").exists():
                for name in ("postgres/lock", "valkey/lock", "lock"):
                    if (folder / name).exists():
                        os.close(lock_file(folder / name))
                shutil.rmtree(folder, ignore_errors=True)
        except (FolderInUse, OSError):
            continue


if __name__ == "__main__":
    sys.exit(main())
