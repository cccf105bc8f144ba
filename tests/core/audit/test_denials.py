"""Refusals are audited, without a request waiting for it."""

import asyncio
import json
from typing import Any, NoReturn

import pytest
from aiohttp import web

from lms.core.audit.denials import DENIALS, Denials
from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY
from lms.settings import Secret, Settings
from tests.api import Api
from tests.conftest import QueryCount
from tests.exchange import exchanged
from tests.people import Person


async def _denied(db: Pool) -> list[tuple[object, ...]]:
    async with db.acquire() as connection:
        rows = await connection.fetch(
            "select actor_id, host(ip), data from audit_log "
            "where action = 'access.denied' order by id"
        )
    return [(actor, ip, json.dumps(data, sort_keys=True)) for actor, ip, data in rows]


async def test_refusals_of_a_person_and_route_are_one_line_in_the_audit_log(
    app: web.Application, api: Api, db: Pool, sam: Person
) -> None:
    for _ in range(3):
        assert (await api.get("/users", as_=sam)).status == 403
    await app[DENIALS].write()
    assert await _denied(db) == [
        (sam.id, "127.0.0.1", '{"count": 3, "method": "GET", "route": "/api/v1/users"}')
    ]
    assert (await api.get("/users")).status == 401  # nobody: there is no one to tell of


async def test_a_refusal_waits_for_no_statement(
    api: Api, sam: Person, queries: QueryCount, app: web.Application
) -> None:
    await api.get("/users/me", as_=sam)
    await app[DENIALS].write()
    async with queries.expect(0):
        assert (await api.get("/users", as_=sam)).status == 403


class _Frozen(Pool):
    """A pool whose connections never come."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    def acquire(self) -> Any:
        return self

    async def __aenter__(self) -> NoReturn:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def __aexit__(self, *failure: object) -> None:
        pass


class _Changing(Pool):
    """Whichever pool `now` is: a database that goes away and comes back."""

    def __init__(self, now: Pool) -> None:
        self.now = now

    def acquire(self) -> Any:
        return self.now.acquire()


async def test_refusals_wait_for_a_database_that_is_away_and_add_up(
    app: web.Application, api: Api, db: Pool, sam: Person, olly: Person, settings: Settings
) -> None:
    nowhere = Secret("postgresql://postgres@127.0.0.1:1/nowhere")
    pool = _Changing(Pool(nowhere, settings, application="tests"))
    denials = Denials(pool)
    with exchanged(app, DENIALS, denials):
        for _ in range(2):
            await api.get("/users", as_=sam)
        await api.get("/users", as_=olly)
        with pytest.raises(AWAY):
            await denials.write()
        await api.get("/users", as_=sam)
        frozen = pool.now = _Frozen()
        writing = asyncio.create_task(denials.write())
        await frozen.asked.wait()
        await api.get("/users", as_=sam)  # while the others are on their way
        writing.cancel()  # as `stop` does
        with pytest.raises(asyncio.CancelledError):
            await writing
    pool.now = db
    await denials.stop()
    found = {actor: json.loads(str(data))["count"] for actor, _, data in await _denied(db)}
    assert found == {sam.id: 4, olly.id: 1}
