"""An unverified address proves nothing, and proving it ends what a stranger may have set up."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from lms.auth.proofs import ADDRESS_PROVED
from lms.core.db.pool import Pool
from tests.api import Api, Response
from tests.auth.conftest import (
    Phone,
    PostOffice,
    ask_for_change,
    enable_mfa,
    login,
    prove_address,
    register,
    set_up_mfa,
    until_answered,
)
from tests.auth.mfa import answer, challenge
from tests.people import PASSWORD, Cast, Person

NEW = "nine-purple-kettles"
VICTIM = "victim@example.com"


async def _verification(api: Api, person: Person, post: PostOffice) -> str:
    await api.post("/auth/verify-email/request", as_=person)
    return await post.token(person.email, "Confirm your address")


async def _confirm(api: Api, token: str, **options: Any) -> Response:
    body = {"token": token}
    if "password" in options:
        body["password"] = options.pop("password")
    return await api.post("/auth/verify-email/confirm", body, **options)


async def _refresh(api: Api, token: str) -> Response:
    return await api.post("/auth/refresh", {"refresh_token": token})


async def _reset(api: Api, post: PostOffice, email: str) -> Response:
    token = await post.token(email, "Set a new password")
    return await api.post("/auth/reset-password", {"token": token, "new_password": NEW})


async def _run(db: Pool, statement: str, *args: object) -> None:
    async with db.acquire() as connection:
        await connection.execute(statement, *args)


async def test_an_unverified_address_sets_up_no_second_factor(
    api: Api, sam: Person, olly: Person
) -> None:
    refused = await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)
    assert (refused.status, refused.code) == (409, "email_not_verified")
    wrong = await api.post("/auth/mfa/setup", {"password": "not-hers-at-all"}, as_=sam)
    assert (wrong.status, wrong.code) == (403, "password_incorrect")
    assert (await api.post("/auth/mfa/enable", {"code": "123456"}, as_=sam)).status == 409
    await prove_address(api, sam)
    assert (await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)).status == 200
    assert (await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=olly)).status == 409


async def test_a_factor_that_an_older_process_set_up_is_not_enabled_unproved(
    api: Api, sam: Person, db: Pool
) -> None:
    secret = await set_up_mfa(api, sam)
    await _run(db, "update users set email_verified_at = null where id = $1", sam.id)
    reply = await api.post("/auth/mfa/enable", {"code": Phone(secret).code()}, as_=sam)
    assert (reply.status, reply.code) == (409, "email_not_verified")


@pytest.mark.parametrize("is_older", [False, True])
async def test_a_first_reset_clears_what_a_stranger_set_up(
    api: Api, sam: Person, olly: Person, post: PostOffice, db: Pool, is_older: bool
) -> None:
    """Factors that are older than the upgrade count as set up with a proved address."""
    phone, recovery = await enable_mfa(api, sam)
    await enable_mfa(api, olly)
    await _run(db, "update users set email_verified_at = null")
    await _run(db, "update mfa_factors set counts_as_proved = $1", is_older)
    await api.post("/auth/forgot-password", {"email": sam.email})
    assert (await _reset(api, post, sam.email)).status == 200
    entered = (await login(api, sam.email, NEW)).data
    if is_older:
        assert (await answer(api, entered["mfa_token"], phone.code())).status == 200
    else:
        assert entered["user"]["mfa_enabled"] is False
        body = {"password": NEW, "code": recovery[0]}
        token = entered["tokens"]["access_token"]
        assert (await api.post("/auth/mfa/disable", body, token=token)).code == "mfa_not_enabled"
    assert await challenge(api, olly), "another person's factor stays"


async def test_a_reset_of_a_proved_account_keeps_its_second_factor(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await enable_mfa(api, sam)
    await api.post("/auth/forgot-password", {"email": sam.email})
    assert (await _reset(api, post, sam.email)).status == 200
    assert (await login(api, sam.email, NEW)).data["mfa_required"] is True


async def test_an_invitation_clears_what_was_set_up_before_it_was_used(
    api: Api, ada: Person, post: PostOffice, db: Pool
) -> None:
    made = await api.post("/users", {"email": VICTIM, "full_name": "In Vited"}, as_=ada)
    await _run(
        db,
        "insert into mfa_factors (user_id, secret, key_id, enabled_at) "
        "values ($1, 'x', 'dev', now())",
        UUID(made.data["id"]),
    )
    token = await post.token(VICTIM, "You are invited")
    body = {"token": token, "new_password": NEW}
    assert (await api.post("/auth/reset-password", body)).status == 200
    assert (await login(api, VICTIM, NEW)).data["user"]["mfa_enabled"] is False


async def test_confirming_with_the_own_access_token_ends_the_other_sessions(
    api: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    other = (await login(api, sam.email)).data["tokens"]["refresh_token"]
    token = await _verification(api, sam, post)
    reply = await _confirm(api, token, as_=sam)
    assert reply.data["password_reset_required"] is False
    assert (await _refresh(api, other)).code == "session_revoked"
    assert (await _refresh(api, sam.refresh_token)).status == 200
    assert (await _refresh(api, olly.refresh_token)).status == 200
    assert (await login(api, sam.email)).data["user"]["email_verified"] is True


async def test_confirming_with_the_password_ends_every_session(
    api: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    token = await _verification(api, sam, post)
    wrong = await _confirm(api, token, password="not-hers-at-all")
    assert (wrong.status, wrong.code) == (403, "password_incorrect")
    assert (await _refresh(api, sam.refresh_token)).status == 200, "nothing happened"
    reply = await _confirm(api, token, password=PASSWORD)
    assert reply.data["password_reset_required"] is False
    assert (await _refresh(api, sam.refresh_token)).code == "session_revoked"
    assert (await login(api, sam.email)).data["user"]["email_verified"] is True
    assert (await _refresh(api, olly.refresh_token)).status == 200


@pytest.mark.parametrize("keyed", [False, True])
async def test_wrong_passwords_at_a_link_count_as_failures(
    api: Api, sam: Person, olly: Person, post: PostOffice, keyed: bool
) -> None:
    token, other = await _verification(api, sam, post), await _verification(api, olly, post)
    codes = []
    for number in range(7):
        headers = {"Idempotency-Key": f"k{number}"} if keyed else None
        reply = await _confirm(api, token, password=f"guess-number-{number}", headers=headers)
        codes.append(reply.code)
    assert codes == ["password_incorrect"] * 5 + ["too_many_attempts"] * 2
    held = await _confirm(api, token, password=PASSWORD)
    assert (held.status, held.code) == (429, "too_many_attempts")
    assert (await _confirm(api, other, password=PASSWORD)).status == 200


@pytest.mark.parametrize("with_token_of_another", [False, True])
async def test_confirming_without_proof_voids_the_password_and_mails_a_link(
    api: Api, olly: Person, post: PostOffice, db: Pool, with_token_of_another: bool
) -> None:
    stranger = (await register(api, VICTIM))["tokens"]
    change = {"new_email": "thief@example.org", "password": PASSWORD}
    assert (await api.post("/users/me/email", change, token=stranger["access_token"])).status == 202
    hijack = await post.token("thief@example.org", "Confirm your new address")
    token = await post.token(VICTIM, "Confirm your address")
    reply = await _confirm(api, token, as_=olly if with_token_of_another else None)
    assert reply.data == {
        "email": VICTIM,
        "email_verified": True,
        "password_reset_required": True,
    }
    assert (await _refresh(api, stranger["refresh_token"])).code == "session_revoked"
    assert (await login(api, VICTIM)).code == "invalid_credentials"
    assert (await _confirm(api, hijack)).code == "token_invalid"
    assert (await _refresh(api, olly.refresh_token)).status == 200
    assert (await _reset(api, post, VICTIM)).status == 200
    assert (await login(api, VICTIM, NEW)).data["user"]["email_verified"] is True
    async with db.acquire() as connection:
        assert await connection.fetchval(
            "select count(*) from audit_log where action = 'password.voided'"
        ) == 1  # fmt: skip


async def test_confirming_without_proof_clears_an_unproved_factor(
    api: Api, sam: Person, post: PostOffice, db: Pool
) -> None:
    token = await _verification(api, sam, post)
    await enable_mfa(api, sam)
    await _run(db, "update users set email_verified_at = null where id = $1", sam.id)
    assert (await _confirm(api, token)).data["password_reset_required"] is True
    assert (await _reset(api, post, sam.email)).status == 200
    assert (await login(api, sam.email, NEW)).data["user"]["mfa_enabled"] is False


async def test_a_second_link_of_a_proved_address_ends_nothing(
    api: Api, sam: Person, post: PostOffice
) -> None:
    first = await _verification(api, sam, post)
    second = await _verification(api, sam, post)
    assert first != second
    assert (await _confirm(api, first, as_=sam)).status == 200
    assert (await _confirm(api, second)).data["password_reset_required"] is False
    assert (await _refresh(api, sam.refresh_token)).status == 200
    assert (await login(api, sam.email)).status == 200


async def test_fifty_confirmations_at_once_void_the_password_once(
    patient: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    token = await _verification(patient, sam, post)
    replies = await asyncio.gather(
        *(until_answered(partial(_confirm, patient, token)) for _ in range(50))
    )
    assert sorted(r.status for r in replies) == [200] + [400] * 49
    links = [s for s in await post.subjects(sam.email) if s.startswith("Set a new password")]
    assert len(links) == 1
    assert (await _refresh(patient, olly.refresh_token)).status == 200


async def test_a_registration_confirmed_by_a_stranger_to_its_password_has_none(
    proxied: Api, api: Api, post: PostOffice
) -> None:
    body = {"email": VICTIM, "password": PASSWORD, "full_name": "Not Me"}
    await proxied.post("/auth/register", body)
    token = await post.token(VICTIM, "Confirm your registration")
    wrong = await _confirm(proxied, token, password="not-hers-at-all")
    assert (wrong.status, wrong.code) == (403, "password_incorrect")
    assert (await _confirm(proxied, token)).data["password_reset_required"] is True
    assert (await login(api, VICTIM)).code == "invalid_credentials"
    assert (await _reset(api, post, VICTIM)).status == 200
    assert (await login(api, VICTIM, NEW)).status == 200


async def test_what_waits_for_an_address_comes_true_when_it_is_proved(
    api: Api, proxied: Api, sam: Person, olly: Person, ada: Person, cast: Cast, post: PostOffice
) -> None:
    told: list[tuple[UUID, str]] = []

    async def wait(db: object, user_id: UUID, email_key: str) -> None:
        told.append((user_id, email_key))

    for site in (api, proxied):
        site.app[ADDRESS_PROVED].append(wait)
    try:
        assert (await _confirm(api, await _verification(api, sam, post), as_=sam)).status == 200
        change = await ask_for_change(api, olly, post)
        assert (await _confirm(api, change, as_=olly)).status == 200
        tess = await cast.person("Tess Teacher")
        await api.post("/auth/forgot-password", {"email": tess.email})
        assert (await _reset(api, post, tess.email)).status == 200
        invited = await api.post("/users", {"email": "I@example.com", "full_name": "I"}, as_=ada)
        body = {"token": await post.token("I@example.com", "You are inv"), "new_password": NEW}
        assert (await api.post("/auth/reset-password", body)).status == 200
        body = {"email": VICTIM, "password": PASSWORD, "full_name": "Me"}
        await proxied.post("/auth/register", body)
        assert told == [
            (sam.id, sam.email),
            (olly.id, "new@example.org"),
            (tess.id, tess.email),
            (UUID(invited.data["id"]), "i@example.com"),
        ], "and not before"
        link = await post.token(VICTIM, "Confirm your registration")
        assert (await _confirm(proxied, link, password=PASSWORD)).status == 200
        assert told[-1][1] == VICTIM
    finally:
        for site in (api, proxied):
            site.app[ADDRESS_PROVED].remove(wait)
