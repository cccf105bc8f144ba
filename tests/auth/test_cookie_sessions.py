"""Browsers may keep their refresh token where no script can read it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any

import pytest

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api, Response, Server
from tests.auth.conftest import PostOffice, enable_mfa, login
from tests.auth.mfa import answer
from tests.openapi_checker import ResponseChecker
from tests.people import PASSWORD, Person

NAME = "__Secure-lms_refresh"
PAGE = "https://learn.example.com"
OWN = "https://api.example.com"


@pytest.fixture(scope="module")
async def site_server(settings: Settings) -> AsyncIterator[Server]:
    """A site whose front end is at another origin of the same site."""
    changed = replace(
        settings, public_url="https://API.example.com:443/lms", cors_origins=(PAGE, "*")
    )
    server = Server(create_app(changed))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def site(site_server: Server, db: Pool) -> AsyncIterator[Api]:
    async with Api(site_server, ResponseChecker(site_server.app)) as client:
        yield client


def _cookie(reply: Response) -> Any:
    """The cookie that a reply sets."""
    [line] = reply.headers.getall("Set-Cookie")
    return SimpleCookie(line)[NAME]


def _is_cleared(reply: Response) -> bool:
    cookie = _cookie(reply)
    cleared = ("", "0", "/lms/api/v1/auth")
    return (cookie.value, cookie["max-age"], cookie["path"]) == cleared


def _from_page(token: str | None = None, **changes: str | None) -> dict[str, str]:
    headers: dict[str, str | None] = {
        "Origin": PAGE,
        "X-LMS-Session": "cookie",
        "Cookie": f"{NAME}={token}" if token is not None else None,
    }
    for name, value in changes.items():
        headers[name.replace("_", "-")] = value
    return {name: value for name, value in headers.items() if value is not None}


async def _enter(api: Api, person: Person) -> Response:
    body = {"email": person.email, "password": PASSWORD, "session": "cookie"}
    reply = await api.post("/auth/login", body)
    assert reply.status == 200
    return reply


async def _live(api: Api, person: Person) -> int:
    return len((await api.get("/auth/sessions", as_=person)).data)


async def test_signing_in_sets_a_cookie_that_no_script_can_read(site: Api, sam: Person) -> None:
    reply = await _enter(site, sam)
    assert set(reply.data["tokens"]) == {"access_token", "token_type", "expires_in"}
    cookie = _cookie(reply)
    assert cookie.value.encode() not in reply.body
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Strict")
    assert (cookie["max-age"], cookie["domain"]) == (str(30 * 86_400), "")
    assert cookie["path"] == "/lms/api/v1/auth", "below the path of the public address"
    assert reply.headers["Cache-Control"] == "no-store"
    usual = await login(site, sam.email)
    assert "refresh_token" in usual.data["tokens"]
    assert "Set-Cookie" not in usual.headers


async def test_without_a_path_of_its_own_the_cookie_is_for_auth_alone(
    api: Api, sam: Person
) -> None:
    assert _cookie(await _enter(api, sam))["path"] == "/api/v1/auth"


async def test_registering_and_a_second_factor_answer_by_cookie_too(
    site: Api, api: Api, sam: Person
) -> None:
    body = {
        "email": "new@example.com",
        "password": PASSWORD,
        "full_name": "New Person",
        "session": "cookie",
    }
    made = await site.post("/auth/register", body, headers={"Idempotency-Key": "k"})
    assert (made.status, "refresh_token" in made.data["tokens"]) == (201, False)
    assert _cookie(made).value
    phone, _ = await enable_mfa(api, sam)
    first = await _enter(site, sam)
    assert "Set-Cookie" not in first.headers
    answered = await site.post(
        "/auth/mfa/login",
        {"mfa_token": first.data["mfa_token"], "code": phone.code(), "session": "cookie"},
    )
    assert "refresh_token" not in answered.data["tokens"]
    assert _cookie(answered).value


@pytest.mark.parametrize("body", [None, {}, {"session": "cookie"}])
@pytest.mark.parametrize("origin", [PAGE, OWN])
async def test_a_cookie_is_refreshed_by_a_cookie(
    site: Api, sam: Person, body: Any, origin: str
) -> None:
    old = _cookie(await _enter(site, sam)).value
    reply = await site.post("/auth/refresh", body, headers=_from_page(old, Origin=origin))
    assert set(reply.data["tokens"]) == {"access_token", "token_type", "expires_in"}
    new = _cookie(reply)
    assert new.value != old
    assert new["max-age"] == str(30 * 86_400)
    token = reply.data["tokens"]["access_token"]
    assert (await site.get("/users/me", token=token)).data["id"] == str(sam.id)


async def test_a_cookie_lives_no_longer_than_its_session(site: Api, sam: Person, db: Pool) -> None:
    old = _cookie(await _enter(site, sam)).value
    async with db.acquire() as connection:
        await connection.execute("update sessions set created_at = now() - interval '364 days'")
    reply = await site.post("/auth/refresh", headers=_from_page(old))
    assert 86_390 <= int(_cookie(reply)["max-age"]) <= 86_400
    again = await site.post("/auth/refresh", headers=_from_page(old))
    assert 86_390 <= int(_cookie(again)["max-age"]) <= 86_400


async def test_a_token_in_the_body_wins_over_the_cookie(
    site: Api, sam: Person, olly: Person
) -> None:
    cookie = _cookie(await _enter(site, sam)).value
    body = {"refresh_token": olly.refresh_token}
    reply = await site.post("/auth/refresh", body, headers=_from_page(cookie, Origin=None))
    assert reply.data["user"]["id"] == str(olly.id)
    assert "Set-Cookie" not in reply.headers
    child = reply.data["tokens"]["refresh_token"]
    moved = await site.post("/auth/refresh", {"refresh_token": child, "session": "cookie"})
    assert "refresh_token" not in moved.data["tokens"]
    assert _cookie(moved).value
    untouched = await site.post("/auth/refresh", headers=_from_page(cookie))
    assert untouched.data["user"]["id"] == str(sam.id)


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
@pytest.mark.parametrize(
    "changes",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "*"},
        {"Origin": None},
        {"Origin": "http://learn.example.com"},
        {"Origin": "https://learn.example.com.evil.example"},
        {"X_LMS_Session": None},
        {"X_LMS_Session": "token"},
    ],
)
async def test_another_site_can_do_nothing_with_the_cookie(
    site: Api, sam: Person, path: str, changes: dict[str, str | None]
) -> None:
    cookie = _cookie(await _enter(site, sam)).value
    reply = await site.post(path, headers=_from_page(cookie, **changes))
    assert (reply.status, reply.code) == (403, "origin_forbidden")
    assert "Set-Cookie" not in reply.headers
    forged = await site.post(path, headers=_from_page("made-up", **changes))
    assert forged.code == "origin_forbidden", "the origin is checked first"
    assert (await site.post("/auth/refresh", headers=_from_page(cookie))).status == 200


async def test_neither_cookie_nor_token_is_401(site: Api, sam: Person) -> None:
    for path in ("/auth/refresh", "/auth/logout"):
        for headers in ({}, _from_page(), _from_page(Origin="https://evil.example")):
            reply = await site.post(path, headers=headers)
            assert (reply.status, reply.code) == (401, "token_invalid")
            assert reply.headers["WWW-Authenticate"] == "Bearer"
            assert "Set-Cookie" not in reply.headers
    for made_up in ("x", "", f"{'A' * 22}.{'A' * 64}"):
        reply = await site.post("/auth/refresh", headers=_from_page(made_up))
        assert (reply.status, reply.code) == (401, "token_invalid")
        assert _is_cleared(reply)


async def test_logout_by_cookie_needs_no_access_token_and_clears_it(
    site: Api, api: Api, sam: Person, olly: Person
) -> None:
    cookie = _cookie(await _enter(site, sam)).value
    reply = await site.post("/auth/logout", headers=_from_page(cookie))
    assert reply.status == 204
    cleared = _cookie(reply)
    assert (cleared.value, cleared["max-age"], cleared["path"]) == ("", "0", "/lms/api/v1/auth")
    after = await site.post("/auth/refresh", headers=_from_page(cookie))
    assert (after.status, after.code) == (401, "session_revoked")
    again = await site.post("/auth/logout", headers=_from_page(cookie))
    assert again.status == 204, "ending twice does no harm"
    unknown = await site.post("/auth/logout", headers=_from_page("made-up"))
    assert (unknown.status, unknown.code) == (401, "token_invalid")
    assert _cookie(unknown)["max-age"] == "0"
    assert await _live(api, sam) == 1
    assert await _live(api, olly) == 1


async def test_logout_ends_the_session_of_a_refresh_token_in_the_body(
    api: Api, sam: Person, olly: Person
) -> None:
    body = {"refresh_token": sam.refresh_token}
    assert (await api.post("/auth/logout", body)).status == 204
    assert (await api.post("/auth/refresh", body)).code == "session_revoked"
    forged = {"refresh_token": f"{olly.refresh_token.partition('.')[0]}.{'A' * 64}"}
    assert (await api.post("/auth/logout", forged)).code == "token_invalid"
    assert await _live(api, olly) == 1


async def test_logout_with_an_access_token_stays_as_it_was(
    site: Api, sam: Person, olly: Person
) -> None:
    cookie = _cookie(await _enter(site, olly)).value
    access = (await login(site, sam.email)).data["tokens"]["access_token"]
    reply = await site.post("/auth/logout", token=access, headers={"Cookie": f"{NAME}={cookie}"})
    assert (reply.status, "Set-Cookie" in reply.headers) == (204, False)
    assert (await site.post("/auth/refresh", headers=_from_page(cookie))).status == 200


async def test_logout_with_both_ends_both_and_clears_the_cookie(
    site: Api, api: Api, sam: Person
) -> None:
    entered = await _enter(site, sam)
    cookie, access = _cookie(entered).value, entered.data["tokens"]["access_token"]
    reply = await site.post("/auth/logout", token=access, headers=_from_page(cookie))
    assert reply.status == 204
    assert _cookie(reply)["max-age"] == "0"
    assert await _live(api, sam) == 1


async def test_fifty_refreshes_by_cookie_at_once_rotate_once(
    site: Api, api: Api, sam: Person, olly: Person
) -> None:
    cookie = _cookie(await _enter(site, sam)).value
    replies = await asyncio.gather(
        *(site.post("/auth/refresh", headers=_from_page(cookie)) for _ in range(50))
    )
    assert {r.status for r in replies} == {200}
    assert len({_cookie(r).value for r in replies}) == 1
    assert await _live(api, olly) == 1


async def test_an_old_cookie_ends_the_session_and_is_reported(
    site: Api, sam: Person, post: PostOffice
) -> None:
    first = _cookie(await _enter(site, sam)).value
    second = _cookie(await site.post("/auth/refresh", headers=_from_page(first))).value
    third = _cookie(await site.post("/auth/refresh", headers=_from_page(second))).value
    reused = await site.post("/auth/refresh", headers=_from_page(first))
    assert (reused.status, reused.code) == (401, "refresh_token_reused")
    assert _is_cleared(reused)
    ended = await site.post("/auth/refresh", headers=_from_page(third))
    assert (ended.code, _is_cleared(ended)) == ("session_revoked", True)
    # A token in the body says nothing about the cookie, nor does a page that may not use it.
    by_body = await site.post("/auth/refresh", {"refresh_token": third}, headers=_from_page(third))
    assert (by_body.code, "Set-Cookie" in by_body.headers) == ("session_revoked", False)
    evil = _from_page(third, Origin="https://evil.example")
    foreign = await site.post("/auth/refresh", headers=evil)
    assert (foreign.status, "Set-Cookie" in foreign.headers) == (403, False)
    assert "We ended a session of yours at Learning Platform" in await post.subjects(sam.email)


async def test_browsers_may_send_the_cookie_from_listed_origins_alone(
    site: Api, sam: Person
) -> None:
    async def asked(method: str, path: str, origin: str) -> Any:
        headers = {"Origin": origin}
        if method == "OPTIONS":
            headers |= {
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "x-lms-session",
            }
        reply = await site.request(method, path, headers=headers, check=False)
        assert "Origin" in reply.headers["Vary"]
        return reply.headers

    for method in ("OPTIONS", "POST"):
        headers = await asked(method, "/auth/refresh", PAGE)
        assert headers["Access-Control-Allow-Origin"] == PAGE
        assert headers["Access-Control-Allow-Credentials"] == "true"
        for path, origin in (
            ("/auth/refresh", "https://anyone.example"),  # let in by "*" alone
            ("/auth/refresh", "*"),
            ("/courses", PAGE),
            ("/users/me", PAGE),
        ):
            headers = await asked(method, path, origin)
            assert "Access-Control-Allow-Credentials" not in headers
    allowed = (await asked("OPTIONS", "/auth/refresh", PAGE))["Access-Control-Allow-Headers"]
    assert "X-LMS-Session" in allowed


async def test_only_a_cookie_may_be_asked_for(api: Api, sam: Person) -> None:
    body = {"email": sam.email, "password": PASSWORD, "session": "local-storage"}
    reply = await api.post("/auth/login", body)
    assert (reply.status, reply.pointers) == (422, ["/session"])
    assert (await answer(api, "x", "123456")).code == "token_invalid"
