"""PostgreSQL's own programs for dumping and restoring."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lms.embedded.postgres import binaries
from lms.settings import Secret


class ProgramFailed(Exception):
    """One of PostgreSQL's programs is missing or has failed; the message is its own."""


def run_program(name: str, url: Secret, *args: str, at_least: int) -> None:
    """Run `pg_dump` or `pg_restore` of a version that the server's major version asks for.

    The password goes through the environment, where `ps` does not show it.
    """
    parts = urlsplit(url.value)
    env = {**os.environ, "PGPASSWORD": unquote(parts.password or "")}
    target = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")).geturl()
    command = [str(_find(name, at_least)), *args, "--dbname", target]
    result = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ProgramFailed(f"{name}: {result.stderr.strip()}")


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
