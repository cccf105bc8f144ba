"""What ends a session, or changes a right, does so within one second in every process."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web
from redis.asyncio import Redis

from lms.auth.principals import Principals
from lms.auth.tokens import TOKENS
from lms.core.db.pool import Pool
from lms.errors import Unauthorized
from lms.settings import Secret, Settings
from tests.api import Api
from tests.auth.conftest import PostOffice
from tests.people import PASSWORD, Cast, Person
from tests.redis_server import RedisServer
from tests.running import Process, SiteAddress, free_port, wait_until_ready

NEW = "nine-purple-kettles"


@pytest.fixture
async def redis_server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    server = RedisServer(tmp_path / "redis", free_port())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def elsewhere(
    settings: Settings, redis_server: RedisServer, tmp_path: Path, db: Pool
) -> AsyncIterator[Api]:
    """Another API process on the same database; it issues and reads the same tokens."""
    port = free_port()
    mine = replace(
        settings,
        port=port,
        public_url=settings.base_url,  # the issuer of tokens is the same
        redis_url=Secret(redis_server.url),
        redis_timeout_seconds=0.05,
    )
    process = Process("api", settings=mine, log=tmp_path / "api.log")
    await process.start()
    address = SiteAddress(replace(mine, public_url=None))
    try:
        async with Api(address) as client:
            await wait_until_ready(client, process)
            yield client
    finally:
        await process.end()


@pytest.mark.parametrize("redis_is", ["running", "flushed", "stopped"])
async def test_an_old_token_loses_its_rights_within_a_second_in_another_process(
    redis_is: str,
    api: Api,
    elsewhere: Api,
    redis_server: RedisServer,
    cast: Cast,
    ada: Person,
    post: PostOffice,
) -> None:
    people = {name: await cast.person(f"{name} Person") for name in (
        "Logout", "Everywhere", "Ended", "Disabled", "Changed", "Reset", "Promoted", "Bystander",
    )}  # fmt: skip
    for person in people.values():
        assert (await elsewhere.get("/users/me", as_=person)).status == 200  # remembered there
        assert (await elsewhere.get("/users", as_=person)).status == 403
    other = (
        await api.post("/auth/login", {"email": people["Changed"].email, "password": PASSWORD})
    ).data["tokens"]["access_token"]
    await api.post("/auth/forgot-password", {"email": people["Reset"].email})
    link = await post.token(people["Reset"].email, "Set a new password")
    if redis_is == "stopped":
        await redis_server.stop()
    elif redis_is == "flushed":
        client = Redis.from_url(redis_server.url)
        await client.flushall()
        await client.aclose()

    async def change(name: str) -> None:
        person = people[name]
        reply = await {
            "Logout": lambda: api.post("/auth/logout", as_=person),
            "Everywhere": lambda: api.post("/auth/logout-all", as_=person),
            "Ended": lambda: api.delete(f"/auth/sessions/{person.session_id}", as_=person),
            "Disabled": lambda: api.patch(f"/users/{person.id}", {"is_active": False}, as_=ada),
            "Changed": lambda: api.post(
                "/users/me/password",
                {"current_password": PASSWORD, "new_password": NEW},
                token=other,
            ),
            "Reset": lambda: api.post("/auth/reset-password", {"token": link, "new_password": NEW}),
            "Promoted": lambda: api.patch(f"/users/{person.id}", {"role": "admin"}, as_=ada),
        }[name]()
        assert reply.status in (200, 204), (name, reply.body)
        done = time.monotonic()
        path, status = ("/users", 200) if name == "Promoted" else ("/users/me", 401)
        while (await elsewhere.get(path, as_=person)).status != status:
            assert time.monotonic() - done < 1, f"{name} took more than a second"
            await asyncio.sleep(0.02)

    for name in people:
        if name != "Bystander":
            await change(name)
    assert (await elsewhere.get("/users/me", as_=people["Bystander"])).status == 200
    assert (await elsewhere.get("/users/me", token=other)).status == 200, "the session that changed"


async def test_a_process_that_missed_a_revocation_forgets_its_cached_people(
    api: Api, app: web.Application, cast: Cast, ada: Person, db: Pool
) -> None:
    gone, bystander = await cast.person("Gone Person"), await cast.person("Bystander Person")
    remembered = Principals(app[TOKENS], db)  # another process's
    await remembered.poll()
    for person in (gone, bystander):
        await remembered.authenticate(person.token)
        assert remembered.recall(person.token) is not None
    assert (await api.patch(f"/users/{gone.id}", {"is_active": False}, as_=ada)).status == 200
    # For 20 s it had no database, or no processor.
    async with db.acquire() as connection:
        await connection.execute("update revocations set at = at - interval '20 seconds'")
    remembered._polled_at -= 20
    await remembered.poll()
    assert remembered.recall(gone.token) is None
    with pytest.raises(Unauthorized):
        await remembered.authenticate(gone.token)
    assert (await remembered.authenticate(bystander.token)).id == bystander.id
    await remembered.poll()
    assert remembered.recall(bystander.token) is not None, "polls in time forget nobody else"
