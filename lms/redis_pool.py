"""Redis, which may be away: short timeouts, and no waiting for one that is known to be gone."""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from lms.log import get_logger
from lms.settings import Settings

T = TypeVar("T")
log = get_logger(__name__)

_REST_SECONDS = 1.0  # after a failure, requests go on without Redis for this long


class RedisPool:
    """Calls Redis, or answers None at once while it is away."""

    def __init__(self, settings: Settings) -> None:
        timeout = settings.redis_timeout_seconds
        self.client: redis.Redis = redis.Redis.from_url(
            settings.redis_url.value,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
            max_connections=64,
        )
        self._away_until = 0.0

    @property
    def available(self) -> bool:
        return time.monotonic() >= self._away_until

    async def try_call(self, call: Callable[[redis.Redis], Awaitable[T]]) -> T | None:
        """What the call returns; None if Redis did not answer in time."""
        if not self.available:
            return None
        try:
            return await call(self.client)
        except (RedisError, OSError, TimeoutError) as error:
            if self.available:
                log.warning("redis is away", error=type(error).__name__)
            self._away_until = time.monotonic() + _REST_SECONDS
            return None

    async def close(self) -> None:
        await self.client.aclose()
