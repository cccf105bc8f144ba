"""Redis, which may be away: short timeouts, and no waiting while it is known to be away."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis import asyncio as redis
from redis.exceptions import RedisError

from lms.core.deadlines import within
from lms.core.log import get_logger
from lms.core.redis_client import redis_client
from lms.settings import Settings

T = TypeVar("T")
log = get_logger(__name__)

_REST_SECONDS = 1.0  # after a failure, requests go on without Redis for this long
_MAX_CONNECTIONS = 64  # per process; a call takes a millisecond, so this allows thousands a second


class RedisPool:
    """Calls Redis, or answers None at once while it is away."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.redis_timeout_seconds
        self.client = redis_client(
            settings, timeout=self._timeout, max_connections=_MAX_CONNECTIONS
        )
        # When all connections are in use, redis-py's own pool raises ConnectionError, as if Redis
        # were away. So does its blocking pool, which also takes a lock on every call.
        self._room = asyncio.Semaphore(_MAX_CONNECTIONS)
        self._away_until = 0.0

    @property
    def available(self) -> bool:
        return time.monotonic() >= self._away_until

    async def try_call(self, call: Callable[[redis.Redis], Awaitable[T]]) -> T | None:
        """The call's result; None if Redis is away or slow, or too many calls wait already."""
        if not self.available:
            return None
        if self._room.locked():
            try:
                with within(self._timeout):
                    await self._room.acquire()
            except TimeoutError:
                return None  # a burst of our own calls; it does not mean that Redis is away
        else:
            await self._room.acquire()
        try:
            # While this call waited for room, the calls before it may have found Redis away.
            return await call(self.client) if self.available else None
        except (RedisError, OSError, TimeoutError) as error:
            if self.available:
                log.warning("redis is away", error=type(error).__name__)
            self._away_until = time.monotonic() + _REST_SECONDS
            return None
        finally:
            self._room.release()

    async def close(self) -> None:
        await self.client.aclose()
