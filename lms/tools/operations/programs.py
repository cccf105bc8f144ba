"""PostgreSQL's own programs for dumping and restoring."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import unquote, urlsplit

from lms.settings import Secret
from lms.tools.embedded.postgres import binaries

CONNECT_SECONDS = 5.0  # a server that is frozen takes connections, and never answers them


class ProgramFailed(Exception):
    """One of PostgreSQL's programs is missing or has failed; the message is the program's."""


def run_program(name: str, url: Secret, *args: str, at_least: int) -> None:
    """Run `pg_dump` or its like, in a version that fits the server's major version."""
    target, env = _connection(url)
    command = [str(_find(name, at_least)), *args, "--dbname", target]
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ProgramFailed(f"{name}: {result.stderr.strip()}")


def restore_dump(url: Secret, dump: Path, *, then: Sequence[str], at_least: int) -> str:
    """Restore a dump and run the statements after it, in one transaction; the last one's tag.

    `pg_restore --single-transaction` would commit before the statements. A reader, or a kill, in
    between would find the dump without their changes. Broken off at any moment, this leaves the
    database as it was.
    """
    target, env = _connection(url)
    reading = [str(_find("pg_restore", at_least)), "--no-owner", "--no-privileges", "--file=-"]
    running = [str(_find("psql", at_least)), "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    # Output goes into files, since nobody would read a pipe while the programs work.
    with TemporaryFile() as said, TemporaryFile() as reader_said:
        psql = subprocess.Popen(
            [*running, "--dbname", target], env=env, bufsize=0, stdin=subprocess.PIPE,
            stdout=said, stderr=said,
        )  # fmt: skip
        assert psql.stdin is not None
        failed = False
        with suppress(BrokenPipeError), psql.stdin as script:  # if psql failed, see below
            script.write(b"begin;\n")
            reader = subprocess.run([*reading, str(dump)], stdout=script, stderr=reader_said)
            failed = reader.returncode != 0
            if not failed:
                # A dump's script ends with an empty search_path.
                ending = "\n".join(["reset search_path;", *then, "commit;", ""])
                script.write(ending.encode())
        if psql.wait() != 0:
            raise ProgramFailed(f"psql: {_end_of(said)}")
        if failed:  # nothing was committed then
            raise ProgramFailed(f"pg_restore: {_end_of(reader_said)}")
        *_, tag, _commit = _end_of(said).splitlines()
        return tag


def _connection(url: Secret) -> tuple[str, dict[str, str]]:
    """A URL without the password, and an environment with it, which `ps` does not show."""
    parts = urlsplit(url.value)
    env = {
        **os.environ,
        "PGPASSWORD": unquote(parts.password or ""),
        "PGCONNECT_TIMEOUT": f"{CONNECT_SECONDS:.0f}",
    }
    return parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")).geturl(), env


def _end_of(file: IO[bytes]) -> str:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2000))
    return file.read().decode("utf-8", "replace").strip()


def _find(name: str, at_least: int) -> Path:
    for program in _candidates(name):
        shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        version = re.search(r"\(PostgreSQL\) (\d+)", shown.stdout)
        if version and int(version[1]) >= at_least:
            return program
    raise ProgramFailed(f"There is no {name} of PostgreSQL {at_least} or newer on this machine.")


def _candidates(name: str) -> Iterator[Path]:
    if found := shutil.which(name):
        yield Path(found)
    for known in binaries(None):
        if (program := known.folder / name).is_file():
            yield program
