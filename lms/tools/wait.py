"""Wait until PostgreSQL and Redis answer: for start scripts and containers."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import asyncpg
from redis.exceptions import RedisError

from lms.core.redis_client import redis_client
from lms.settings import Settings

_ASK_SECONDS = 3.0  # a starting server may accept the connection and stay silent
_PAUSE_SECONDS = 0.2


def main(settings: Settings, args: list[str]) -> int:
    """0 once both answer; 1 when the time is up, after printing which one is missing."""
    parser = argparse.ArgumentParser(
        prog="wait-for-services", description="Wait until PostgreSQL and Redis answer."
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="give up after (60)")
    parser.add_argument("--quiet", action="store_true", help="say only what went wrong")
    parsed = parser.parse_args(args)
    missing = asyncio.run(wait(settings, parsed.seconds))
    for trouble in missing:
        print(trouble, file=sys.stderr)
    if not missing and not parsed.quiet:
        print("PostgreSQL and Redis answer.")
    return 1 if missing else 0


async def wait(settings: Settings, seconds: float) -> list[str]:
    """The servers that did not answer within so many seconds."""
    give_up_at = time.monotonic() + seconds
    results = await asyncio.gather(
        _until_it_answers("PostgreSQL (LMS_DATABASE_URL)", _ask_postgres, settings, give_up_at),
        _until_it_answers("Redis (LMS_REDIS_URL)", _ask_redis, settings, give_up_at),
    )
    return [trouble for trouble in results if trouble is not None]


async def _until_it_answers(
    name: str, ask: Callable[[Settings], Awaitable[None]], settings: Settings, give_up_at: float
) -> str | None:
    while True:
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                await ask(settings)
            return None
        except (OSError, TimeoutError, asyncpg.PostgresError, RedisError) as error:
            # The type alone: the message of a driver may repeat the URL and its password.
            if time.monotonic() >= give_up_at:
                return f"{name} does not answer: {type(error).__name__}."
        await asyncio.sleep(_PAUSE_SECONDS)


async def _ask_postgres(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database_url.value, timeout=_ASK_SECONDS)
    await connection.close()


async def _ask_redis(settings: Settings) -> None:
    client = redis_client(settings, timeout=_ASK_SECONDS)
    try:
        await client.execute_command("PING")  # type: ignore[no-untyped-call]
    finally:
        await client.aclose()
