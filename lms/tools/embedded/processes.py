"""What both servers need: a locked folder of their own, an unprivileged user, a port."""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from lms.processes.ports import port_is_free
from lms.processes.supervisor import Account

_LOG_BYTES = 10_000_000  # a larger log is renamed and a new one begun; one old log is kept
# Folders that every user may enter; some may be mounted noexec.
_PLACES_FOR_COPIES = ("/var/tmp", "/var/lib", "/tmp", "/opt")  # noqa: S108
_LOCK_SECONDS = 30.0  # a server whose launcher was killed needs time to write its checkpoint


class EmbeddedError(RuntimeError):
    """A server cannot be started; the message is one sentence that says why."""


class FolderInUse(EmbeddedError):
    """Another launcher, or a server that it left behind, still uses the folder."""


def lock_file(path: Path, wait_seconds: float = 0.0) -> int:
    """Take a lock that the kernel frees when the last process holding the descriptor ends.

    A pid file can be stale, with the number of some other process by now; a lock cannot.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    give_up_at = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                os.close(descriptor)
                raise FolderInUse(f"{path.parent} is in use by another process.") from None
            time.sleep(0.05)


class Home:
    """A server's own folder, locked for as long as we or the server live."""

    def __init__(self, path: Path, *, wait_seconds: float = _LOCK_SECONDS) -> None:
        self.path = path.absolute()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.account = _account_for(self.path)
            if self.account:
                os.chown(self.path, self.account.uid, self.account.gid)
            self.path.chmod(0o700)
            self.lock = lock_file(self.path / "lock", wait_seconds)
        except PermissionError:
            raise EmbeddedError(
                f"{path} cannot be used by this user: run as its owner, or let LMS_DATA_DIR "
                "name another folder."
            ) from None
        self._folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        self.pass_fds: tuple[int, ...] = (self.lock, self._folder)

    @property
    def inside(self) -> str:
        """The folder as its server names it.

        Root may keep the checkout where no other user can go (/root, a mktemp folder of mode 0700).
        A descriptor opens the folder without access to its parents. The alternatives were worse: a
        capability to read every file of the machine, or data outside of LMS_DATA_DIR.
        """
        if self.account and sys.platform.startswith("linux"):
            return f"/proc/self/fd/{self._folder}"
        return str(self.path)

    @property
    def password(self) -> str:
        """The server's password, made once: other users of the machine can reach the port too."""
        path = self.path / "password"
        with suppress(FileNotFoundError):
            if text := path.read_text().strip():
                return text
        self.write("password", secrets.token_hex(16))
        return path.read_text()

    def write(self, name: str, text: str) -> None:
        """Write a small file, whole or not at all, that only the server's user can read."""
        fresh = self.path / f"{name}.new"
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            if self.account:
                os.fchown(descriptor, self.account.uid, self.account.gid)
            file.write(text)
        fresh.replace(self.path / name)

    def choose_port(self, *, avoid: int | None = None) -> int:
        """The port of the last start, or another if that one is taken by now."""
        with suppress(OSError, ValueError):
            port = int((self.path / "port").read_text())
            if port != avoid and port_is_free("127.0.0.1", port):
                return port
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.write("port", str(port))
        return port

    @contextmanager
    def log(self) -> Iterator[IO[bytes]]:
        path = self.path / "log"
        with suppress(FileNotFoundError):
            if path.stat().st_size > _LOG_BYTES:
                path.replace(self.path / "log.1")
        with path.open("ab") as file:
            yield file

    def log_end(self) -> str:
        """The last lines of the log, for a message."""
        with suppress(OSError):
            lines = (self.path / "log").read_text("utf-8", "replace").splitlines()
            return " / ".join(lines[-3:])
        return ""

    def close(self) -> None:
        for descriptor in self.pass_fds:
            os.close(descriptor)
        self.pass_fds = ()


def _account_for(path: Path) -> Account | None:
    """The user that a server in this folder runs as; None for our own."""
    if os.geteuid() != 0:
        return None
    owner = path.stat()
    if owner.st_uid != 0:  # an ordinary user's folder, or one that we gave away before
        return Account(owner.st_uid, owner.st_gid)
    # Not `postgres`, where there is one: it could read the machine's own databases.
    for name in ("nobody", "daemon", "postgres"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            if user.pw_uid != 0:
                return Account(user.pw_uid, user.pw_gid)
    raise EmbeddedError("There is no user `nobody` to run the servers as; start as another user.")


def free_port() -> int:
    """A port of loopback that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def clean_env() -> dict[str, str]:
    """The environment of a server, without the caller's PGDATA, PGPORT, LD_PRELOAD …"""
    return {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "TZ": "UTC"}


def output_of(
    argv: list[str], account: Account | None, env: Mapping[str, str] | None = None
) -> str | None:
    """What a program prints when it runs as the account; None when it cannot."""
    try:
        done = subprocess.run(
            argv,
            env=env or clean_env(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def reachable(folders: list[Path], probe: str, name: str, account: Account | None) -> Path:
    """A folder that holds `folders` and in which the account can run `probe`.

    Normally the folder where they are installed. If the account cannot enter root's virtual
    environment, a copy that root keeps elsewhere; programs, unlike data, must know their own path.
    """
    home = folders[0].parent
    if output_of([str(home / probe), "--version"], account) is not None:
        return home
    if account is None:
        raise EmbeddedError(f"{home / probe} does not run on this machine.")
    content = hashlib.sha256((home / probe).read_bytes()).hexdigest()[:12]
    for base in _PLACES_FOR_COPIES:
        with suppress(OSError):
            copy = _copy(folders, Path(base), f"lms-embedded-{name}-{content}")
            if output_of([str(copy / probe), "--version"], account) is not None:
                return copy
    raise EmbeddedError(
        f"{home} cannot be entered by the user that the servers run as, and no copy elsewhere "
        "runs; put the checkout where every user may go."
    )


def _copy(folders: list[Path], base: Path, name: str) -> Path:
    target = base / name
    with suppress(FileNotFoundError):
        found = target.lstat()
        # Anyone may write to /var/tmp: only what root put there is run.
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022:
            return target
    fresh = Path(tempfile.mkdtemp(dir=base, prefix=f"{name}-"))
    try:
        for folder in folders:
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.name, symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                enter_or_run = path.is_dir() or path.stat().st_mode & 0o100
                path.chmod(0o755 if enter_or_run else 0o644)
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if target.is_dir() and target.lstat().st_uid == 0:  # another start was faster
            return target
        raise
    return target
