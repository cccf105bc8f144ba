"""A request that is sent twice has its effect once."""

import asyncio

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.factories import make_open_course
from tests.people import Person


async def _titles(api: Api, teacher: Person) -> list[str]:
    return [course["title"] for course in (await api.get("/courses?mine=true", as_=teacher)).data]


async def test_a_repeat_gets_the_same_reply_and_changes_nothing(api: Api, tara: Person) -> None:
    headers = {"Idempotency-Key": "k1"}
    first = await api.post("/courses", {"title": "Once"}, as_=tara, headers=headers)
    second = await api.post("/courses", {"title": "Once"}, as_=tara, headers=headers)
    assert (second.status, second.body) == (first.status, first.body)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert await _titles(api, tara) == ["Once"]


async def test_fifty_requests_under_one_key_make_one_thing(api: Api, tara: Person) -> None:
    async def send() -> tuple[int, bytes]:
        reply = await api.post(
            "/courses", {"title": "Once"}, as_=tara, headers={"Idempotency-Key": "race"}
        )
        if reply.status == 409:
            assert (reply.code, reply.headers["Retry-After"]) == ("idempotency_in_progress", "1")
        return reply.status, reply.body

    replies = await asyncio.gather(*(send() for _ in range(50)))
    made = {body for status, body in replies if status == 201}
    assert {status for status, _ in replies} <= {201, 409}
    assert len(made) == 1
    assert await _titles(api, tara) == ["Once"]


async def test_another_body_under_the_same_key_is_refused(api: Api, tara: Person) -> None:
    headers = {"Idempotency-Key": "k1"}
    await api.post("/courses", {"title": "First"}, as_=tara, headers=headers)
    reply = await api.post("/courses", {"title": "Second"}, as_=tara, headers=headers)
    assert (reply.status, reply.code) == (422, "idempotency_key_reused")
    assert await _titles(api, tara) == ["First"]


async def test_another_user_and_another_path_have_keys_of_their_own(
    api: Api, tara: Person, theo: Person
) -> None:
    headers = {"Idempotency-Key": "k1"}
    for teacher in (tara, theo):
        reply = await api.post("/courses", {"title": "Mine"}, as_=teacher, headers=headers)
        assert reply.status == 201
    course, _ = await make_open_course(api, tara)
    path = f"/courses/{course['id']}/unpublish"
    assert (await api.post(path, as_=tara, headers=headers)).data["status"] == "draft"


async def test_an_error_leaves_the_key_free(api: Api, tara: Person) -> None:
    headers = {"Idempotency-Key": "k1"}
    assert (await api.post("/courses", {"title": ""}, as_=tara, headers=headers)).status == 422
    assert (await api.post("/courses", {"title": "xyz"}, as_=tara, headers=headers)).status == 201


async def test_a_reply_with_a_secret_is_never_stored(api: Api, db: Pool) -> None:
    body = {"email": "new@example.com", "password": "seven-green-bottles", "full_name": "New"}
    headers = {"Idempotency-Key": "k1"}
    assert (await api.post("/auth/register", body, headers=headers)).status == 201
    assert (await api.post("/auth/register", body, headers=headers)).code == "email_taken"
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from idempotency_keys") == 0


async def test_a_key_is_free_again_after_a_day(api: Api, tara: Person, db: Pool) -> None:
    headers = {"Idempotency-Key": "k1"}
    await api.post("/courses", {"title": "Old"}, as_=tara, headers=headers)
    async with db.acquire() as connection:
        await connection.execute(
            "update idempotency_keys set created_at = now() - interval '25 hours'"
        )
    reply = await api.post("/courses", {"title": "New"}, as_=tara, headers=headers)
    assert reply.status == 201
    assert set(await _titles(api, tara)) == {"Old", "New"}


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
async def test_a_key_of_the_wrong_shape_is_refused(api: Api, tara: Person, key: str) -> None:
    reply = await api.post("/courses", {"title": "xyz"}, as_=tara, headers={"Idempotency-Key": key})
    assert (reply.status, reply.pointers) == (422, ["Idempotency-Key"])
    assert await _titles(api, tara) == []


async def test_more_keyed_requests_than_connections_do_not_wait_for_each_other(
    api: Api, tara: Person
) -> None:
    """Each holds a connection while its handler asks for a second one."""
    body = {"token": "x" * 43, "new_password": "nine-purple-kettles"}
    keyed = [
        api.post("/auth/reset-password", body, headers={"Idempotency-Key": f"k{number}"})
        for number in range(30)
    ]
    replies = await asyncio.gather(*keyed, *(api.get("/users/me", as_=tara) for _ in range(10)))
    assert {r.status for r in replies[:30]} == {400}
    assert {r.status for r in replies[30:]} == {200}, "nor does anybody else"
