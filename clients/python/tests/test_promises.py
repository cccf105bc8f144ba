"""What the client promises of sessions, retries and lists, against a server that is played."""

import asyncio
import json
import time
from collections.abc import Callable

import httpx
import pytest
from lms_client import AsyncClient, Client, RateLimited, Unauthorized, Unavailable, models

_META = {"request_id": "one"}
_COURSE = {"course_id": "0198c5f2-a908-7043-8ed4-69f361cd516f"}
Answer = Callable[[httpx.Request], httpx.Response]


def _reply(data: object, **meta: object) -> httpx.Response:
    envelope = {"success": True, "message": "OK.", "data": data, "meta": {**_META, **meta}}
    return httpx.Response(200, json=envelope)


def _problem(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"success": False, "code": code}, headers=headers)


def _signed_in(number: int, seconds: int = 900) -> httpx.Response:
    tokens = {
        "access_token": f"access {number}",
        "refresh_token": f"refresh {number}",
        "token_type": "Bearer",
        "expires_in": seconds,
    }
    return _reply({"outcome": "signed_in", "user": _USER, "tokens": tokens})


_USER = {
    "id": _COURSE["course_id"], "email": "sam@example.com", "full_name": "Sam", "role": "student",
    "is_active": True, "email_verified": True, "mfa_enabled": False, "bio": None,
    "avatar_url": None, "timezone": "UTC", "locale": "en", "metadata": {},
    "created_at": "2026-09-01T09:00:00Z", "updated_at": "2026-09-01T09:00:00Z",
}  # fmt: skip
_LOGIN = models.Login(email="sam@example.com", password="seven-green-teapots")


def _client(answer: Answer, **options: object) -> Client:
    http = httpx.Client(transport=httpx.MockTransport(answer))
    return Client("https://learn.invalid", http=http, **options)  # type: ignore[arg-type]


def test_many_calls_that_wait_refresh_once() -> None:
    refreshes = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal refreshes
        if request.url.path.endswith("/login"):
            return _signed_in(1)
        if request.url.path.endswith("/refresh"):
            refreshes += 1
            assert json.loads(request.content) == {"refresh_token": "refresh 1"}
            await asyncio.sleep(0.05)
            return _signed_in(2)
        if request.headers["Authorization"] == "Bearer access 1":
            return _problem(401, "unauthorized")
        return _reply(_USER)

    async def main() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with AsyncClient("https://learn.invalid", http=http) as lms:
            await lms.auth.login(_LOGIN)
            found = await asyncio.gather(*(lms.users.get_me() for _ in range(20)))
            assert {one.full_name for one in found} == {"Sam"}

    asyncio.run(main())
    assert refreshes == 1


def test_a_token_is_traded_before_it_ends() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path.rpartition("/")[2])
        if asked[-1] == "login":
            return _signed_in(1, seconds=20)
        return _signed_in(2) if asked[-1] == "refresh" else _reply(_USER)

    lms = _client(answer)
    lms.auth.login(_LOGIN)
    lms.users.get_me()
    assert asked == ["login", "refresh", "me"]


@pytest.mark.parametrize(
    ("status", "error", "ends"), [(401, Unauthorized, True), (503, Unavailable, False)]
)
def test_only_a_refused_refresh_ends_the_session(
    status: int, error: type[Exception], ends: bool
) -> None:
    events: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/login"):
            return _signed_in(1)
        is_refresh = request.url.path.endswith("/refresh")
        return _problem(status if is_refresh else 401, "some_code")

    lms = _client(answer, on_event=lambda event, _: events.append(event))
    lms.auth.login(_LOGIN)
    with pytest.raises(error):
        lms.users.get_me()
    assert (lms.auth.session is None) is ends
    assert events == (["signed_out"] if ends else [])


def test_a_post_is_repeated_with_its_key() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx.ConnectError("gone")
        if len(keys) == 2:
            return _problem(409, "idempotency_in_progress", **{"Retry-After": "0"})
        return httpx.Response(204)

    _client(answer).courses.archive.with_response(_COURSE["course_id"])
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_post_with_a_secret_is_sent_once() -> None:
    sent = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal sent
        sent += 1
        assert "Idempotency-Key" not in request.headers
        return _problem(503, "unavailable", **{"Retry-After": "0"})

    with pytest.raises(Unavailable):
        _client(answer).auth.login(_LOGIN)
    assert sent == 1


def test_a_wait_of_more_than_a_minute_is_the_callers() -> None:
    began = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        _client(lambda _: _problem(429, "rate_limited", **{"Retry-After": "61"})).users.get_me()
    assert caught.value.retry_after == 61
    assert time.monotonic() - began < 5


def test_each_next_page_is_asked_for_when_it_is_needed() -> None:
    cursors: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        cursors.append(request.url.params.get("cursor"))
        rows = [{"name": f"{len(cursors)}", "url": "", "code": "x", "status": 1}]
        return _reply([{**_USER, "full_name": rows[0]["name"]}], next_cursor=f"c{len(cursors)}")

    people = iter(_client(answer).users.list(role="student"))
    assert [next(people).full_name, next(people).full_name] == ["1", "2"]
    assert cursors == [None, "c1"]
    assert len(_client(answer).users.list().all(max=3)) == 3


def test_what_a_later_version_adds_is_borne() -> None:
    later = {**_USER, "role": "librarian", "shoe_size": 42}
    assert _client(lambda _: _reply(later)).users.get_me().role == "librarian"
