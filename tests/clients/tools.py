"""The pinned tools of the clients, and running them."""

import asyncio
import fcntl
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "clients"
TOOLS = CLIENTS / "tools"
PYTHON = ROOT / ".venv-clients" / "bin" / "python"
_SECONDS = 600  # Java and TypeScript on a busy machine


@cache
def install() -> None:
    """What `bin/sdk` installs; quick when it is there."""
    subprocess.run([sys.executable, str(TOOLS / "install.py"), str(ROOT)], check=True)


def typescript() -> Path:
    """The TypeScript client, built; one at a time, and only if a source is newer."""
    install()
    folder = CLIENTS / "typescript"
    made = folder / "dist" / "index.js"
    with (ROOT / ".venv-clients.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        newest = max(file.stat().st_mtime for file in folder.glob("src/**/*.ts"))
        if not made.exists() or made.stat().st_mtime < newest:
            subprocess.run([node("tsc"), "-p", "."], cwd=folder, check=True)
            made.touch()  # also where its text is the same
    return folder


def node(name: str) -> str:
    return str(TOOLS / "node_modules" / ".bin" / name)


def python(name: str) -> str:
    return str(PYTHON.with_name(name))


async def run(*argv: str | Path, folder: Path, **environ: str) -> str:
    """What a program prints; it must succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    kept["PATH"] = f"{PYTHON.parent}{os.pathsep}{kept['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *map(str, argv), cwd=folder, env={**kept, **environ},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(_SECONDS):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-20_000:]
    return output.decode()
