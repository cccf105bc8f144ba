"""Make or mend the checkout's .venv: quick when nothing changed, safe when started twice.

Run by any Python 3.11+ with nothing installed: `_venv.py ROOT [extra …]`.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path


def main(root: Path, extras: set[str]) -> None:
    venv = root / ".venv"
    stamp, unfinished = venv / "lms-stamp.json", venv / "lms-unfinished"
    # A moved or copied checkout brings a .venv whose scripts point at the old place.
    place = {"root": str(root), "python": sys.version}
    inputs = hashlib.sha256()
    for name in ("setup.cfg", "pyproject.toml"):
        inputs.update((root / name).read_bytes())
    wanted = {"place": place, "inputs": inputs.hexdigest()}

    try:
        lock = os.open(root / ".venv.lock", os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        if stamp.is_file():
            return  # someone else's checkout, used as it is
        sys.exit(f"{root} has no .venv, and this user may not make one there.")
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        found = json.loads(stamp.read_text())
    except (OSError, ValueError):
        found = {}
    installed = set(found.get("extras", []))
    same_place = found.get("place") == place and not unfinished.exists()
    if same_place and found["inputs"] == wanted["inputs"] and extras <= installed:
        return

    print("Preparing .venv; this takes a minute when it is new.", file=sys.stderr)
    python = venv / "bin" / "python"
    if not same_place:
        # What an interrupted pip leaves can be half a package: start from nothing.
        _run([sys.executable, "-m", "venv", "--clear", str(venv)])
        installed = set()
    unfinished.touch()
    extras |= installed
    target = f"{root}[{','.join(sorted(extras))}]" if extras else str(root)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "-qq"]
    _run([*pip, "install", "--editable", target])
    stamp.write_text(json.dumps({**wanted, "extras": sorted(extras)}))
    unfinished.unlink()


def _run(argv: list[str]) -> None:
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if done.returncode:
        sys.exit(f"{' '.join(argv)} failed; nothing was started.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
