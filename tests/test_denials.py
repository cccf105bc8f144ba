"""Refusals are audited, without a request waiting for it."""

import json

from aiohttp import web

from lms.db import Pool
from lms.denials import DENIALS
from lms.settings import Secret, Settings
from tests.api import Api
from tests.conftest import QueryCount
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


async def test_a_refusal_sends_no_statement_of_its_own(
    api: Api, sam: Person, queries: QueryCount, app: web.Application
) -> None:
    await api.get("/users/me", as_=sam)
    app[DENIALS]._gathered.clear()
    async with queries.expect(0):
        assert (await api.get("/users", as_=sam)).status == 403


async def test_refusals_wait_for_a_database_that_is_away(
    app: web.Application, api: Api, db: Pool, sam: Person, settings: Settings
) -> None:
    await api.get("/users", as_=sam)
    denials = app[DENIALS]
    pool = denials._pool
    url = Secret("postgresql://postgres@127.0.0.1:1/nowhere")
    nowhere = Pool(url, settings, application="tests")
    denials._pool = nowhere
    await denials.write()
    denials._pool = pool
    await denials.write()
    assert len(await _denied(db)) == 1
