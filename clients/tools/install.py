"""Installs the pinned tools that make and check the clients: `install.py ROOT`.

Python's into `.venv-clients`, Node's into `clients/tools/node_modules`. Quick when nothing changed.
"""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path


def main(root: Path) -> None:
    """Install what is missing; one at a time, however many are started."""
    tools, venv = root / "clients" / "tools", root / ".venv-clients"
    with (root / ".venv-clients.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(venv, tools / "requirements.txt", [
            [sys.executable, "-m", "venv", "--clear", str(venv)],
            [str(venv / "bin" / "pip"), "install", "-q", "--disable-pip-version-check",
             "-r", str(tools / "requirements.txt")],
        ])  # fmt: skip
        _install(tools / "node_modules", tools / "package-lock.json", [
            ["npm", "ci", "--prefix", str(tools), "--no-audit", "--no-fund", "--ignore-scripts",
             "--loglevel", "error"],
        ])  # fmt: skip


def _install(place: Path, wanted: Path, commands: list[list[str]]) -> None:
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    stamp = place / "lms-stamp"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    for command in commands:
        subprocess.run(command, check=True, stdout=sys.stderr)
    stamp.write_text(digest)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
