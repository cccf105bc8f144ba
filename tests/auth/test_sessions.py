"""Signing in and out, and the refresh token's rotation."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from argon2 import PasswordHasher

from lms.app import create_app
from lms.auth.tokens import TOKENS
from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api, Response, Server
from tests.auth.conftest import PostOffice, from_, login, register, until_answered
from tests.openapi_checker import ResponseChecker
from tests.people import PASSWORD, Person


async def _refresh(api: Api, token: str) -> Response:
    return await api.post("/auth/refresh", {"refresh_token": token})


async def _age_rotation(db: Pool, session_id: UUID, seconds: int = 11) -> None:
    """As if the last rotation had been so long ago."""
    async with db.acquire() as connection:
        await connection.execute(
            "update sessions set rotated_at = rotated_at - make_interval(secs => $2) where id = $1",
            session_id,
            float(seconds),
        )


async def test_a_wrong_login_says_the_same_whatever_is_wrong(
    api: Api, sam: Person, ada: Person, olly: Person
) -> None:
    await api.patch(f"/users/{olly.id}", {"is_active": False}, as_=ada)
    replies = [
        await login(api, sam.email, "not-her-password"),
        await login(api, "nobody@example.com"),
        await login(api, olly.email),
        await login(api, "no address at all"),
    ]
    assert {r.status for r in replies} == {401}
    assert {r.code for r in replies} == {"invalid_credentials"}
    assert len({r.json["detail"] for r in replies}) == 1


async def test_fifty_refreshes_at_once_rotate_once_and_log_nobody_out(
    api: Api, sam: Person, olly: Person
) -> None:
    replies = await asyncio.gather(*(_refresh(api, sam.refresh_token) for _ in range(50)))
    assert {r.status for r in replies} == {200}
    children = {r.data["tokens"]["refresh_token"] for r in replies}
    assert len(children) == 1
    for reply in replies:
        token = reply.data["tokens"]["access_token"]
        assert (await api.get("/users/me", token=token)).status == 200
    assert (await _refresh(api, children.pop())).status == 200
    assert (await api.get("/users/me", as_=olly)).status == 200


async def test_a_refresh_token_two_rotations_old_ends_the_session(
    api: Api, sam: Person, post: PostOffice, db: Pool
) -> None:
    child = (await _refresh(api, sam.refresh_token)).data["tokens"]["refresh_token"]
    grandchild = (await _refresh(api, child)).data["tokens"]["refresh_token"]
    reply = await _refresh(api, sam.refresh_token)
    assert (reply.status, reply.code) == (401, "refresh_token_reused")
    assert (await _refresh(api, grandchild)).code == "session_revoked"
    assert await post.subjects(sam.email) == ["We ended a session of yours at Learning Platform"]
    async with db.acquire() as connection:
        actions = await connection.fetch(
            "select action from audit_log where subject_id = $1", sam.id
        )
    assert [row["action"] for row in actions] == ["session.refresh_reused"]


async def test_repeated_refreshes_do_not_extend_the_reuse_grace(
    api: Api, sam: Person, db: Pool
) -> None:
    """Asking again for the same child is no rotation: it gives no new ten seconds."""
    child = (await _refresh(api, sam.refresh_token)).data["tokens"]["refresh_token"]
    await _age_rotation(db, sam.session_id, 6)
    assert (await _refresh(api, sam.refresh_token)).data["tokens"]["refresh_token"] == child
    await _age_rotation(db, sam.session_id, 5)
    assert (await _refresh(api, sam.refresh_token)).code == "refresh_token_reused"


async def test_a_reuse_after_ten_seconds_ends_the_session_and_its_access_token(
    api: Api, sam: Person, db: Pool, olly: Person
) -> None:
    first = (await _refresh(api, sam.refresh_token)).data["tokens"]
    await _age_rotation(db, sam.session_id)
    assert (await _refresh(api, sam.refresh_token)).code == "refresh_token_reused"
    async with asyncio.timeout(1):
        while (await api.get("/users/me", token=first["access_token"])).status != 401:
            await asyncio.sleep(0.02)
    assert (await _refresh(api, first["refresh_token"])).code == "session_revoked"
    assert (await api.get("/users/me", as_=olly)).status == 200


async def test_a_session_ends_a_year_after_its_sign_in(
    api: Api, sam: Person, olly: Person, db: Pool
) -> None:
    async def lives_on_for() -> timedelta:
        async with db.acquire() as connection:
            left: timedelta = await connection.fetchval(
                "select expires_at - now() from sessions where id = $1", sam.session_id
            )
        return left

    async def age(days: int) -> None:
        async with db.acquire() as connection:
            await connection.execute(
                "update sessions set created_at = now() - make_interval(days => $1) where id = $2",
                days,
                sam.session_id,
            )

    await age(300)
    child = (await _refresh(api, sam.refresh_token)).data["tokens"]["refresh_token"]
    assert timedelta(days=29) < await lives_on_for() <= timedelta(days=30)
    await age(364)
    grandchild = (await _refresh(api, child)).data["tokens"]["refresh_token"]
    assert timedelta(hours=23) < await lives_on_for() <= timedelta(days=1)
    async with db.acquire() as connection:
        await connection.execute(
            "update sessions set expires_at = now() where id = $1", sam.session_id
        )
    assert (await _refresh(api, grandchild)).code == "token_invalid"
    assert (await _refresh(api, olly.refresh_token)).status == 200


async def test_a_forged_refresh_token_ends_no_session(
    api: Api, app: web.Application, sam: Person
) -> None:
    session, _, secret = sam.refresh_token.partition(".")
    changed = "B" if secret[0] == "A" else "A"
    made_up = [
        f"{session}.{changed}{secret[1:]}",
        f"{session}.{secret[:-1]}{'B' if secret[-1] == 'A' else 'A'}",
        f"{session}.{'A' * 64}",
        f"{session}.{secret}x",
        f"{session}",
        "x",
        app[TOKENS].new_refresh(uuid4()),
        sam.token,
    ]
    for token in made_up:
        reply = await _refresh(api, token)
        assert (reply.status, reply.code) == (401, "token_invalid"), token
    assert (await _refresh(api, sam.refresh_token)).status == 200


async def test_a_disabled_user_cannot_refresh(api: Api, sam: Person, ada: Person) -> None:
    await api.patch(f"/users/{sam.id}", {"is_active": False}, as_=ada)
    assert (await _refresh(api, sam.refresh_token)).code == "session_revoked"
    await api.patch(f"/users/{sam.id}", {"is_active": True}, as_=ada)
    assert (await _refresh(api, sam.refresh_token)).code == "session_revoked", "gone for good"


async def test_sessions_are_listed_and_ended_one_by_one(
    api: Api, sam: Person, olly: Person
) -> None:
    phone = (await login(api, sam.email, headers={"User-Agent": "Phone/7"})).data["tokens"]
    listed = (await api.get("/auth/sessions?include_total=true", as_=sam)).data
    assert [(s["device"], s["current"]) for s in listed] == [("Phone/7", False), ("tests", True)]
    first = await api.get("/auth/sessions?limit=1", token=phone["access_token"])
    assert [s["current"] for s in first.data] == [True]
    rest = await api.get(
        f"/auth/sessions?limit=1&cursor={first.meta['next_cursor']}", token=phone["access_token"]
    )
    assert [s["device"] for s in rest.data] == ["tests"]
    foreign = await api.delete(f"/auth/sessions/{listed[0]['id']}", as_=olly)
    assert (foreign.status, foreign.code) == (404, "not_found")
    assert (await api.delete(f"/auth/sessions/{listed[0]['id']}", as_=sam)).status == 204
    assert (await api.delete(f"/auth/sessions/{listed[0]['id']}", as_=sam)).status == 404
    assert (await _refresh(api, phone["refresh_token"])).code == "session_revoked"
    assert [s["device"] for s in (await api.get("/auth/sessions", as_=sam)).data] == ["tests"]
    assert len((await api.get("/auth/sessions", as_=olly)).data) == 1


async def test_logout_everywhere_ends_mine_and_no_others(
    api: Api, sam: Person, olly: Person
) -> None:
    other = (await login(api, sam.email)).data["tokens"]["refresh_token"]
    assert (await api.post("/auth/logout-all", as_=sam)).status == 204
    for token in (other, sam.refresh_token):
        assert (await _refresh(api, token)).code == "session_revoked"
    assert (await _refresh(api, olly.refresh_token)).status == 200


@pytest.fixture(scope="module")
async def narrow_server(settings: Settings) -> AsyncIterator[Server]:
    """A site where a person may have three sessions."""
    server = Server(create_app(replace(settings, sessions_per_user=3, database_connect_seconds=60)))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def narrow(narrow_server: Server, db: Pool) -> AsyncIterator[Api]:
    async with Api(narrow_server, ResponseChecker(narrow_server.app)) as client:
        yield client


async def test_the_least_used_session_ends_when_there_are_too_many(
    narrow: Api, sam: Person, olly: Person
) -> None:
    tokens = [sam.refresh_token]
    tokens += [(await login(narrow, sam.email)).data["tokens"]["refresh_token"] for _ in range(2)]
    used = (await _refresh(narrow, tokens[0])).data["tokens"]["refresh_token"]
    newest = (await login(narrow, sam.email)).data["tokens"]["refresh_token"]
    assert (await _refresh(narrow, tokens[1])).code == "session_revoked"
    for live in (used, tokens[2], newest):
        assert (await _refresh(narrow, live)).status == 200
    assert (await _refresh(narrow, olly.refresh_token)).status == 200


async def test_fifty_sign_ins_at_once_leave_as_many_sessions_as_there_may_be(
    narrow: Api, sam: Person, olly: Person, db: Pool
) -> None:
    replies = await asyncio.gather(
        *(until_answered(lambda: login(narrow, sam.email)) for _ in range(50))
    )
    assert {r.status for r in replies} == {200}
    async with db.acquire() as connection:
        live = await connection.fetch(
            "select user_id, count(*) from sessions where revoked_at is null group by user_id"
        )
    assert dict(map(tuple, live)) == {sam.id: 3, olly.id: 1}


async def test_a_hash_with_old_parameters_is_replaced_at_login(
    api: Api, sam: Person, db: Pool
) -> None:
    before = (await api.get("/users/me", as_=sam)).etag
    replies = await asyncio.gather(*(login(api, sam.email) for _ in range(8)))
    assert {r.status for r in replies} == {200}
    async with db.acquire() as connection:
        hashed = await connection.fetchval("select password_hash from users where id = $1", sam.id)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(hashed, PASSWORD)
    assert (await api.get("/users/me", as_=sam)).etag == before, "signing in is no write to her"


async def test_a_sign_in_from_a_new_place_is_reported_by_mail(
    api: Api, proxied: Api, post: PostOffice
) -> None:
    await register(api, "sam@example.com", headers={"User-Agent": "Browser/1.0"})

    async def notices() -> int:
        return (await post.subjects("sam@example.com")).count("A new sign-in to Learning Platform")

    async def enter(address: str, browser: str) -> None:
        reply = await login(proxied, "sam@example.com", headers=from_(address, browser))
        assert reply.status == 200

    await enter("127.0.0.9", "Browser/1.0")
    await enter("127.0.0.9", "Browser/2.5.1")
    assert await notices() == 0, "the same network, and a newer version of the same browser"
    await enter("127.0.0.9", "Telephone/1.0")
    assert await notices() == 1
    await enter("203.0.113.5", "Browser/1.0")
    assert await notices() == 2
    await enter("203.0.113.77", "Browser/1.0")
    assert await notices() == 2, "a place is strange once"
    newest = (await post.to("sam@example.com"))[0]
    assert "203.0.113.5" in newest.text


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:DB8:0::1", "2001:db8::1"),
    ],
)
async def test_an_address_is_kept_in_one_spelling(
    proxied: Api, sam: Person, address: str, kept: str
) -> None:
    reply = await login(proxied, sam.email, headers=from_(address))
    assert reply.status == 200
    token = reply.data["tokens"]["access_token"]
    listed = (await proxied.get("/auth/sessions", token=token)).data
    assert [s["ip"] for s in listed if s["current"]] == [kept]


async def test_a_user_agent_of_any_bytes_is_kept_as_text(api: Api, sam: Person) -> None:
    headers = {"User-Agent": "\udcff\udcfe caf\u00e9"}
    reply = await login(api, sam.email, headers=headers)
    assert reply.status == 200


async def test_an_idempotency_key_stores_no_tokens(api: Api, sam: Person, db: Pool) -> None:
    body = {"email": sam.email, "password": PASSWORD}
    headers = {"Idempotency-Key": "once"}
    first = await api.post("/auth/login", body, headers=headers)
    second = await api.post("/auth/login", body, headers=headers)
    assert first.data["tokens"] != second.data["tokens"]
    assert first.headers["Cache-Control"] == "no-store"
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from idempotency_keys") == 0
