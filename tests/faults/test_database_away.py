"""PostgreSQL frozen, restarted, full or locked: 503 within 5 s, and recovery by itself."""

import asyncio
from typing import Any
from uuid import uuid4

import psycopg

from tests.api import Api, Response
from tests.faults.conftest import Running
from tests.running import eventually

_PASSWORD = "seven-green-bottles"


async def _register(api: Api, name: str) -> Any:
    body = {"email": f"{name}@example.com", "password": _PASSWORD, "full_name": name}
    return (await api.post("/auth/register", body)).data


async def _timed(request: Any) -> tuple[float, Response]:
    loop = asyncio.get_running_loop()
    started = loop.time()
    response = await request
    return loop.time() - started, response


def _requests(api: Api, token: str) -> list[Any]:
    """A read, a cached read, a write, a write under a key, a sign-in, and readiness."""
    # Another nobody each time: after five failures one is told to wait.
    login = {"email": f"{uuid4()}@example.com", "password": _PASSWORD}
    return [
        api.get("/users/me", token=token),
        api.get("/courses"),
        api.patch("/users/me", {"bio": "New."}, token=token),
        api.post("/auth/login", login),
        api.post("/auth/verify-email/request", token=token, headers={"Idempotency-Key": "away"}),
        api.get("/ready"),
        api.get("/enrollments/my-courses", token=token),
    ]


async def _all_unavailable_in_time(api: Api, token: str) -> None:
    replies = await asyncio.gather(*(_timed(request) for request in _requests(api, token)))
    for seconds, reply in replies:
        assert reply.status == 503, reply.body
        assert int(reply.headers["Retry-After"]) >= 1
        assert seconds < 5, f"{seconds:.1f} s"


async def _recovers(api: Api, token: str) -> None:
    async def look() -> bool:
        replies = await asyncio.gather(*_requests(api, token))
        return [reply.status for reply in replies] == [200, 200, 200, 401, 202, 200, 200]

    await eventually(look, seconds=5)


async def test_a_frozen_database_is_503_soon_and_recovers_by_itself(
    running: Running,
) -> None:
    api = running.api
    token = (await _register(api, "frozen"))["tokens"]["access_token"]
    running.database.freeze()
    try:
        await _all_unavailable_in_time(api, token)
        seconds, health = await _timed(api.get("/health"))
        assert (health.status, seconds < 0.5) == (200, True)
    finally:
        running.database.thaw()
    await _recovers(api, token)


async def test_a_crashed_database_is_503_until_it_is_back(
    running: Running,
) -> None:
    api = running.api
    token = (await _register(api, "crashed"))["tokens"]["access_token"]
    running.database.crash()
    await _all_unavailable_in_time(api, token)
    await asyncio.to_thread(running.database.start)
    await _recovers(api, token)


async def test_a_locked_table_delays_nobody_beyond_five_seconds(
    running: Running, session: psycopg.Connection
) -> None:
    api = running.api
    token = (await _register(api, "locked"))["tokens"]["access_token"]
    session.execute("lock table users in access exclusive mode")
    seconds, reply = await _timed(api.patch("/users/me", {"bio": "x"}, token=token))
    assert reply.status == 503, reply.body
    assert seconds < 5
    assert (await api.get("/courses/categories")).status == 200  # another table
    session.rollback()
    await _recovers(api, token)


async def test_requests_beyond_the_pool_wait_or_get_503(
    running: Running, session: psycopg.Connection
) -> None:
    api = running.api
    token = (await _register(api, "full"))["tokens"]["access_token"]
    session.execute("lock table users in access exclusive mode")
    waiting = [api.patch("/users/me", {"bio": str(n)}, token=token) for n in range(20)]
    replies = await asyncio.gather(*(_timed(request) for request in waiting))
    assert {reply.status for _, reply in replies} == {503}
    assert max(seconds for seconds, _ in replies) < 5
    session.rollback()
    await _recovers(api, token)


async def test_a_database_that_is_being_restored_is_503_until_it_is_back(
    running: Running, session: psycopg.Connection
) -> None:
    """As `bin/restore` does: another one takes its name, and meanwhile there is none."""
    api = running.api
    token = (await _register(api, "restored"))["tokens"]["access_token"]
    name = session.info.dbname
    with psycopg.connect(running.database.superuser_url, autocommit=True) as other:
        other.execute(f"alter database {name} allow_connections false")  # or it comes back
        _part_from(other, name)
        other.execute(f"alter database {name} rename to restoring")
        try:
            await _all_unavailable_in_time(api, token)
        finally:
            other.execute("alter database restoring allow_connections true")
            other.execute(f"alter database restoring rename to {name}")
    await _recovers(api, token)


async def test_a_changed_database_password_is_503_until_it_is_changed_back(
    running: Running, session: psycopg.Connection
) -> None:
    api = running.api
    token = (await _register(api, "refused"))["tokens"]["access_token"]
    user, name, ours = session.info.user, session.info.dbname, session.info.password
    with psycopg.connect(running.database.superuser_url, autocommit=True) as other:
        other.execute(f"alter role {user} password 'another'")
        try:
            _part_from(other, name)
            await _all_unavailable_in_time(api, token)
        finally:
            other.execute(f"alter role {user} password '{ours}'")
    await _recovers(api, token)


def _part_from(session: psycopg.Connection, name: str) -> None:
    """End every session in this database."""
    session.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [name]
    )
