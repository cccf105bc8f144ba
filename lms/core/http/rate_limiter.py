"""Counting requests in windows that start with a client's first request.

Redis holds the count that all processes share. Requests that arrive together share one
pipeline, and a process takes permits in small lots, so that a generous limit costs no round
trip of its own on most requests. While Redis is away each process counts by itself.
"""

import asyncio
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aiohttp import web
from redis import asyncio as redis

from lms.core.http.routing import RateGroup
from lms.core.redis_pool import RedisPool
from lms.settings import Settings

# A lot is a thousandth of the limit. Below a limit of 1,000 each request asks Redis and is counted
# exactly; above, a process without further requests may leave its lot of a window unused.
_LOTS = 1000
_MAX_WINDOWS = 100_000  # addresses remembered at once by a process

# Takes up to ARGV[1] permits of ARGV[2] in a window of ARGV[3] ms that begins with the first.
_TAKE = """
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local granted = math.max(0, math.min(tonumber(ARGV[1]), tonumber(ARGV[2]) - used))
if granted > 0 then
  redis.call('INCRBY', KEYS[1], granted)
  if used == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
end
return {granted, used + granted, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `size` requests per client in a window of `seconds`."""

    name: str
    size: int
    seconds: int
    lines: str = field(init=False, compare=False)  # headers that are the same in every reply

    def __post_init__(self) -> None:
        lines = (
            f'RateLimit-Policy: "{self.name}";q={self.size};w={self.seconds}\r\n'
            f"X-RateLimit-Limit: {self.size}\r\n"
        )
        object.__setattr__(self, "lines", lines)


class Verdict(NamedTuple):
    allowed: bool
    remaining: int
    reset_seconds: int


@dataclass(slots=True)
class _Window:
    """What this process knows of one client's window."""

    ends_at: float
    used: int  # in this process and, as far as Redis told us, in others
    permits: int  # taken from Redis and not used yet
    mine: int = 0  # used in this process; the count while Redis is away


class RateLimiter:
    def __init__(self, limits: Mapping[RateGroup, Limit], pool: RedisPool) -> None:
        self.limits = limits
        self._redis = pool
        self._script = pool.client.register_script(_TAKE)
        self._windows: dict[tuple[str, str], _Window] = {}
        self._waiting: dict[tuple[Limit, str], list[asyncio.Future[bool]]] = {}
        self._flushes: set[asyncio.Task[None]] = set()

    def take_here(self, limit: Limit, identity: str) -> Verdict | None:
        """Count a request by a permit that this process holds; None if it holds none."""
        window = self._windows.get((limit.name, identity))
        now = time.monotonic()
        if window is None or window.permits <= 0 or window.ends_at <= now:
            return None
        window.permits -= 1
        window.mine += 1
        remaining = limit.size - window.used + window.permits
        return Verdict(True, remaining, math.ceil(window.ends_at - now))

    async def take(self, limit: Limit, identity: str) -> Verdict:
        """Count one request of a client, and say whether it may go on."""
        window = self._window(limit, identity)
        if window.permits > 0:
            window.permits -= 1
            window.mine += 1
            allowed = True
        elif window.used >= limit.size:
            allowed = False
        elif not self._redis.available:
            allowed = self._take_alone(limit, window, 1) == 1
        else:
            allowed = await self._ask(limit, identity)
            window = self._window(limit, identity)
        remaining = max(0, limit.size - window.used + window.permits) if allowed else 0
        return Verdict(allowed, remaining, max(1, math.ceil(window.ends_at - time.monotonic())))

    def _window(self, limit: Limit, identity: str) -> _Window:
        key, now = (limit.name, identity), time.monotonic()
        window = self._windows.get(key)
        if window is None or window.ends_at <= now:
            if len(self._windows) >= _MAX_WINDOWS:
                self._forget(now)
            window = self._windows[key] = _Window(now + limit.seconds, 0, 0)
        return window

    def _forget(self, now: float) -> None:
        self._windows = {key: w for key, w in self._windows.items() if w.ends_at > now}
        if len(self._windows) >= _MAX_WINDOWS:  # a flood of addresses: forget the oldest half
            self._windows = dict(list(self._windows.items())[_MAX_WINDOWS // 2 :])

    def _take_alone(self, limit: Limit, window: _Window, wanted: int) -> int:
        """How many of these requests this process lets pass by its own count."""
        granted = min(wanted, max(0, limit.size - window.mine))
        window.mine += granted
        window.used = max(window.used, window.mine)
        return granted

    async def _ask(self, limit: Limit, identity: str) -> bool:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._start_flush)
        self._waiting.setdefault((limit, identity), []).append(answer)
        return await answer

    def _start_flush(self) -> None:
        task = asyncio.create_task(self._flush())
        self._flushes.add(task)
        task.add_done_callback(self._flushes.discard)

    async def _flush(self) -> None:
        """One pipeline for every request that arrived since the last turn of the loop."""
        waiting, self._waiting = self._waiting, {}

        async def call(client: redis.Redis) -> list[list[int]]:
            async with client.pipeline(transaction=False) as pipeline:
                for (limit, identity), answers in waiting.items():
                    lot = len(answers) - 1 + max(1, limit.size // _LOTS)
                    key = f"lms:rate:{limit.name}:{identity}"
                    await self._script([key], [lot, limit.size, limit.seconds * 1000], pipeline)
                result: list[list[int]] = await pipeline.execute()
                return result

        results = await self._redis.try_call(call)
        for index, ((limit, identity), answers) in enumerate(waiting.items()):
            window = self._window(limit, identity)
            # Counted here, before the waiting requests go on: another pipeline may fail just now.
            if results is None:
                granted = self._take_alone(limit, window, len(answers))
            else:
                granted, window.used, left = results[index]
                window.ends_at = time.monotonic() + max(left, 0) / 1000
                window.mine += min(granted, len(answers))
            for position, answer in enumerate(answers):
                if not answer.done():  # a client may have gone away
                    answer.set_result(position < granted)
            window.permits += max(0, granted - len(answers))


RATE_LIMITER: web.AppKey[RateLimiter] = web.AppKey("rate_limiter", RateLimiter)


def limits(settings: Settings) -> dict[RateGroup, Limit]:
    """The limit of each route group; a size of 0 turns one off."""
    return {
        "general": Limit("general", settings.rate_limit_general_per_minute, 60),
        "auth": Limit("auth", settings.rate_limit_auth_per_minute, 60),
        "uploads": Limit("uploads", settings.rate_limit_uploads_per_hour, 3600),
    }
