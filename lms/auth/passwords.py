"""Password hashing: argon2id, off the event loop, with a bounded queue.

How logins slow down other requests, and what we tried: docs/decisions/0012-hashing-threads.md.
"""

import asyncio
import os
import sys
import threading
import unicodedata
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import asyncpg
from aiohttp import web
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from lms.core.db.transactions import AWAY
from lms.core.log import get_logger
from lms.errors import Unavailable
from lms.settings import Settings

T = TypeVar("T")

log = get_logger(__name__)

# OWASP's second recommended setting (Password Storage Cheat Sheet): 19 MiB, two passes.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)

_PATIENCE_SECONDS = 0.5  # how long a sign-in waits for a new hash that is not urgent

# Of a hashing thread: other requests should not wait the tens of milliseconds of a hash.
_NICENESS = 10


class Passwords:
    """Hashes and checks passwords in a few threads; refuses work when too much waits."""

    def __init__(self, settings: Settings) -> None:
        self._threads = ThreadPoolExecutor(
            settings.argon2_parallel, "argon2", initializer=_give_way
        )
        self._limit = settings.argon2_parallel + settings.argon2_queue
        self._running = 0
        self._later: set[asyncio.Task[None]] = set()
        # A guess for an unknown user is checked against this, so that both replies take equally
        # long.
        self._nobody = HASHER.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The argon2id hash of a password. Raises Unavailable when the queue is full."""
        return await self._run(_hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Whether the password fits; as slow for a missing hash as for a real one."""
        fits = await self._run(_verify, hashed or self._nobody, password)
        return fits and hashed is not None

    async def hash_anew(self, password: str, store: Callable[[str], Awaitable[None]]) -> None:
        """Hash a password again and store the hash; never fails, and does not keep the caller long.

        The person is signed in already. If this fails, their next sign-in does it.
        """
        task = asyncio.create_task(self._hash_and(password, store), name="hash anew")
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)

    async def _hash_and(self, password: str, store: Callable[[str], Awaitable[None]]) -> None:
        try:
            await store(await self.hash(password))
        except (Unavailable, *AWAY, asyncpg.PostgresError) as error:
            log.warning("a password was not hashed anew", error=type(error).__name__)

    def needs_rehash(self, hashed: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return HASHER.check_needs_rehash(hashed)

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._running >= self._limit:
            raise Unavailable("Too many people are signing in; try again in a moment.")
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._running -= 1

    def close(self) -> None:
        for task in self._later:
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)


PASSWORDS: web.AppKey[Passwords] = web.AppKey("passwords", Passwords)


def normalize(password: str) -> str:
    """The form that is hashed: passwords that look the same on different keyboards are the same."""
    return unicodedata.normalize("NFKC", password)


def _give_way() -> None:
    # On Linux niceness is a thread's; elsewhere the whole process would become slow.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _hash(password: str) -> str:
    return HASHER.hash(normalize(password))


def _verify(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, normalize(password))
    except (VerificationError, InvalidHashError):
        return False
