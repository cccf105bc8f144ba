"""The end of an upload: its file is stored, and what is left is one transaction."""

from typing import Any

import asyncpg
import pytest

from lms.core.db.pool import Pool
from lms.files import queries as file_queries
from lms.files import upload_handlers
from lms.middlewares import idempotency
from tests.api import Api
from tests.files.conftest import Stored
from tests.files.forms import BOUNDARY, form, send_form
from tests.people import Person

KEY = {"Idempotency-Key": "one-upload"}
KEYS = pytest.mark.parametrize("key", [{}, KEY], ids=["without a key", "under a key"])


def _meet_deadlocks(monkeypatch: pytest.MonkeyPatch, count: int) -> list[Any]:
    """Let PostgreSQL undo the last step of an upload so many times; each step is listed."""
    finish = file_queries.finish_upload
    steps: list[Any] = []

    async def deadlock_first(db: Any, file_id: Any, **values: Any) -> None:
        await finish(db, file_id, **values)
        steps.append(file_id)
        if len(steps) <= count:
            raise asyncpg.DeadlockDetectedError

    monkeypatch.setattr(file_queries, "finish_upload", deadlock_first)
    return steps


@KEYS
async def test_a_deadlock_at_the_end_costs_nothing(
    api: Api, tara: Person, stored: Stored, monkeypatch: pytest.MonkeyPatch, key: dict[str, str]
) -> None:
    steps = _meet_deadlocks(monkeypatch, 2)
    reply = await send_form(api, tara, form(b"Once.\n"), headers=key)
    assert reply.status == 201
    assert len(steps) == 3
    assert await stored.rows() == [reply.data["id"]]
    assert await stored.objects() == [f"files/{reply.data['id']}"]
    assert await stored.usage() == len(b"Once.\n")


@KEYS
async def test_an_upload_that_cannot_end_leaves_nothing(
    api: Api, tara: Person, stored: Stored, monkeypatch: pytest.MonkeyPatch, key: dict[str, str]
) -> None:
    _meet_deadlocks(monkeypatch, 3)
    reply = await send_form(api, tara, form(), headers=key)
    assert (reply.status, reply.code) == (503, "unavailable")
    await stored.assert_nothing()
    monkeypatch.undo()
    assert (await send_form(api, tara, form(), headers=key)).status == 201


async def test_a_repeat_whose_reply_expires_must_be_sent_again(
    api: Api, tara: Person, stored: Stored, db: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await send_form(api, tara, form(), headers=KEY)
    measure = upload_handlers.measure

    async def measure_and_expire(chunks: Any) -> Any:
        received = await measure(chunks)
        async with db.acquire() as connection:
            await connection.execute("delete from idempotency_keys")
        return received

    monkeypatch.setattr(upload_handlers, "measure", measure_and_expire)
    reply = await send_form(api, tara, form(), headers=KEY)
    assert (reply.status, reply.code) == (409, "idempotency_in_progress")
    assert await stored.rows() == [first.data["id"]]


async def test_a_repeat_that_was_stored_is_taken_back(
    api: Api, tara: Person, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await send_form(api, tara, form(), headers=KEY)

    async def not_yet(*_: Any) -> bool:  # as if it asked just before the first one ended
        return False

    monkeypatch.setattr(idempotency, "_is_answered", not_yet)
    again = await send_form(api, tara, form(), headers=KEY)
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    assert await stored.rows() == [first.data["id"]]
    assert await stored.objects() == [f"files/{first.data['id']}"]
    assert await stored.usage() == first.data["size"]


async def test_an_upload_takes_no_query_string(api: Api, tara: Person, stored: Stored) -> None:
    boundary = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    reply = await api.request(
        "POST", "/files/upload?colour=red", as_=tara, data=form(), headers=boundary
    )
    assert (reply.status, reply.pointers) == (422, ["?colour"])
    await stored.assert_nothing()


async def test_an_upload_under_a_key_costs_the_same_few_statements(
    api: Api, tara: Person, queries: Any
) -> None:
    await send_form(api, tara, form(), headers={"Idempotency-Key": "warm"})
    # Without a key it is 8; this asks for a reply twice, frees and locks the key, keeps the reply.
    async with queries.expect(13):
        await send_form(api, tara, form(), headers=KEY)
    async with queries.expect(5):
        await send_form(api, tara, form(), headers=KEY)
