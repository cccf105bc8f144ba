"""With a second factor, the password alone changes nothing that matters."""

import asyncio
from typing import Any

import pytest

from lms.auth.passwords import HASHER
from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.auth.conftest import enable_mfa, login, until_they_wait
from tests.people import PASSWORD, Person

NEW = "nine-purple-kettles"
Body = dict[str, Any]

CHANGES: dict[str, tuple[str, str, Body]] = {
    "password": (
        "POST",
        "/users/me/password",
        {"current_password": PASSWORD, "new_password": NEW},
    ),
    "email": ("POST", "/users/me/email", {"new_email": "n@example.org", "password": PASSWORD}),
    "erasure": ("DELETE", "/users/me", {"password": PASSWORD}),
}


def _with(body: Body, **more: str) -> Body:
    return {**body, **more}


def _wrong(body: Body) -> Body:
    name = "current_password" if "current_password" in body else "password"
    return {**body, name: "not-hers-at-all"}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_matters_takes_a_code_after_the_password(
    api: Api, sam: Person, olly: Person, change: str
) -> None:
    method, path, body = CHANGES[change]
    phone, recovery = await enable_mfa(api, sam)

    async def send(body: Body) -> Any:
        return await api.request(method, path, json=body, as_=sam)

    first = await send(_with(_wrong(body), code="000000"))
    assert (first.status, first.code) == (403, "password_incorrect")
    without = await send(body)
    assert (without.status, without.code) == (403, "mfa_code_required")
    wrong = await send(_with(body, code="000000"))
    assert (wrong.status, wrong.code) == (403, "mfa_code_invalid")
    assert (await api.get("/users/me", as_=sam)).data["email"] == sam.email
    assert (await send(_with(body, code=phone.code()))).status in (202, 204)
    if change == "email":
        used = await send(_with(body, code=phone.code()))
        assert used.code == "mfa_code_invalid", "each code works once"
        assert (await send(_with(body, code=recovery[0]))).status == 202
    ignored = await api.request(method, path, json=_with(body, code="000000"), as_=olly)
    assert ignored.status in (202, 204), "without a second factor a code is ignored"


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_fifty_guesses_at_the_code_are_answered_five_times(
    patient: Api, sam: Person, olly: Person, change: str, keyed: bool
) -> None:
    method, path, body = CHANGES[change]
    await enable_mfa(patient, sam)
    codes = []
    for number in range(5):
        guess = _with(body, code=f"{number:06}")
        headers = {"Idempotency-Key": f"k{number}"} if keyed else None
        reply = await patient.request(method, path, json=guess, as_=sam, headers=headers)
        codes.append(reply.code)
    assert codes == ["mfa_code_invalid"] * 5
    replies = await asyncio.gather(
        *(
            patient.request(method, path, json=_with(body, code=f"{n:06}"), as_=sam)
            for n in range(50)
        )
    )
    assert {r.status for r in replies} <= {429, 503}
    assert (await patient.get("/users/me", as_=sam)).data["email"] == sam.email
    assert (await patient.request(method, path, json=body, as_=olly)).status in (202, 204)


async def test_guesses_at_once_are_judged_with_each_other_counted(
    patient: Api, sam: Person
) -> None:
    method, path, body = CHANGES["email"]
    await enable_mfa(patient, sam)
    replies = await asyncio.gather(
        *(
            patient.request(method, path, json=_with(body, code=f"{n:06}"), as_=sam)
            for n in range(50)
        )
    )
    assert [r.status for r in replies].count(403) <= 5
    assert {r.status for r in replies} <= {403, 429, 503}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_right_password_that_is_hashed_anew_meanwhile_stays_right(
    patient: Api, sam: Person, olly: Person, db: Pool, settings: Settings, change: str
) -> None:
    """As by a login on another device, between the check and the lock."""
    method, path, body = CHANGES[change]
    hashed = HASHER.hash(PASSWORD)
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("select from users where id = $1 for no key update", sam.id)
        waiting = asyncio.create_task(patient.request(method, path, json=body, as_=sam))
        await until_they_wait(settings, 1)
        await connection.execute(
            "update users set password_hash = $1 where id = $2", hashed, sam.id
        )
    assert (await waiting).status in (202, 204)
    assert (await login(patient, olly.email)).status == 200


async def test_a_password_that_is_changed_meanwhile_is_wrong(
    patient: Api, sam: Person, db: Pool, settings: Settings
) -> None:
    method, path, body = CHANGES["email"]
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("select from users where id = $1 for no key update", sam.id)
        waiting = asyncio.create_task(patient.request(method, path, json=body, as_=sam))
        await until_they_wait(settings, 1)
        await connection.execute(
            "update users set password_hash = password_hash || 'x' where id = $1", sam.id
        )
    assert (await waiting).code == "password_incorrect"
