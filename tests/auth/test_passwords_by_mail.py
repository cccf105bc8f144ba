"""Forgetting, resetting and changing a password; proving and changing an address."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from lms.core.db.pool import Pool
from tests.api import Api, Response
from tests.auth.conftest import PostOffice, enable_mfa, from_, login, until_answered
from tests.people import PASSWORD, Person

NEW = "nine-purple-kettles"


async def _age(db: Pool, table: str, by: timedelta) -> None:
    async with db.acquire() as connection:
        await connection.execute(f"update {table} set expires_at = expires_at - $1::interval", by)


async def _forget(api: Api, person: Person, post: PostOffice) -> str:
    await api.post("/auth/forgot-password", {"email": person.email})
    return await post.token(person.email, "Set a new password")


async def _reset(api: Api, token: str, password: str = NEW) -> Any:
    return await api.post("/auth/reset-password", {"token": token, "new_password": password})


async def test_a_forgotten_password_is_set_by_mail(
    api: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    token = await _forget(api, sam, post)
    assert (await _reset(api, token)).status == 200
    assert (await login(api, sam.email)).code == "invalid_credentials"
    assert (await login(api, sam.email, NEW)).data["user"]["email_verified"] is True
    reused = await api.post("/auth/refresh", {"refresh_token": sam.refresh_token})
    assert reused.code == "session_revoked"
    assert (await login(api, olly.email)).status == 200
    again = await _reset(api, token, "another-good-one")
    assert (again.status, again.code) == (400, "token_invalid")
    assert "Your password at Learning Platform was changed" in await post.subjects(sam.email)


async def test_asking_for_a_reset_does_not_reveal_members(
    api: Api, sam: Person, post: PostOffice
) -> None:
    replies = [
        await api.post("/auth/forgot-password", {"email": email})
        for email in (sam.email, "nobody@example.com")
    ]
    assert {r.status for r in replies} == {202}
    assert len({str({**r.json, "meta": None}) for r in replies}) == 1
    assert await post.to("nobody@example.com") == []
    assert len(await post.to(sam.email)) == 1


async def test_the_mail_goes_to_the_address_of_the_account_not_the_one_typed(
    api: Api, sam: Person, post: PostOffice
) -> None:
    typed = sam.email.replace("s", "ſ")  # U+017F folds to s: alike, and another mailbox
    await api.post("/auth/forgot-password", {"email": typed})
    assert len(await post.to(sam.email)) == 1
    assert len(await post.mails()) == 1


async def test_strangers_cannot_flood_a_members_mailbox(
    api: Api, sam: Person, post: PostOffice
) -> None:
    for _ in range(10):
        await api.post("/auth/forgot-password", {"email": sam.email})
    assert len(await post.to(sam.email)) == 3


async def test_a_token_works_once_even_when_used_fifty_times_at_once(
    patient: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    token, other = await _forget(patient, sam, post), await _forget(patient, olly, post)
    replies = await asyncio.gather(
        *(
            until_answered(partial(_reset, patient, token, f"{NEW}-{number}"))
            for number in range(50)
        )
    )
    assert sorted(r.status for r in replies) == [200] + [400] * 49
    assert {r.code for r in replies if r.status == 400} == {"token_invalid"}
    [won] = [number for number, reply in enumerate(replies) if reply.status == 200]
    assert (await login(patient, sam.email, f"{NEW}-{won}")).status == 200
    assert (await _reset(patient, other)).status == 200


async def test_a_reset_token_expires_after_half_an_hour(
    api: Api, sam: Person, post: PostOffice, db: Pool
) -> None:
    token = await _forget(api, sam, post)
    await _age(db, "mailed_tokens", timedelta(minutes=30))
    assert (await _reset(api, token)).code == "token_invalid"


async def test_a_refused_password_leaves_the_token(api: Api, sam: Person, post: PostOffice) -> None:
    token = await _forget(api, sam, post)
    refused = await _reset(api, token, "password1")
    assert (refused.status, refused.pointers) == (422, ["/new_password"])
    # What is wrong with the body is told before the token is looked at.
    assert (await _reset(api, "x" * 43, "password1")).pointers == ["/new_password"]
    assert (await _reset(api, "x" * 43)).code == "token_invalid"
    assert (await _reset(api, token)).status == 200


async def test_other_tokens_of_the_same_person_end_with_a_reset(
    api: Api, sam: Person, post: PostOffice
) -> None:
    first = await _forget(api, sam, post)
    change = {"new_email": "thief@example.org", "password": PASSWORD}
    await api.post("/users/me/email", change, as_=sam)
    hijack = await post.token("thief@example.org", "Confirm your new address")
    assert (await _reset(api, first)).status == 200
    late = await api.post("/auth/verify-email/confirm", {"token": hijack})
    assert late.code == "token_invalid"


async def test_no_token_works_for_another_purpose(
    api: Api, sam: Person, olly: Person, ada: Person, post: PostOffice
) -> None:
    await enable_mfa(api, olly)
    await api.post("/auth/verify-email/request", as_=sam)
    await api.post("/users/me/email", {"new_email": "n@example.org", "password": PASSWORD}, as_=sam)
    await api.post("/users", {"email": "inv@example.com", "full_name": "In Vited"}, as_=ada)
    tokens = {
        "reset": await _forget(api, sam, post),
        "verification": await post.token(sam.email, "Confirm your address"),
        "email_change": await post.token("n@example.org", "Confirm your new"),
        "invitation": await post.token("inv@example.com", "You are invited"),
        "challenge": (await login(api, olly.email)).data["mfa_token"],
        "access": sam.token,
        "refresh": sam.refresh_token,
    }
    assert len(set(tokens.values())) == len(tokens)
    for kind, token in tokens.items():
        if kind not in ("reset", "invitation"):
            assert (await _reset(api, token)).code == "token_invalid", kind
        if kind not in ("verification", "email_change"):
            reply = await api.post("/auth/verify-email/confirm", {"token": token})
            assert reply.code == "token_invalid", kind
        if kind != "challenge":
            reply = await api.post("/auth/mfa/login", {"mfa_token": token, "code": "123456"})
            assert (reply.status, reply.code) == (400, "token_invalid"), kind
        if kind != "refresh":
            reply = await api.post("/auth/refresh", {"refresh_token": token})
            assert (reply.status, reply.code) == (401, "token_invalid"), kind
        if kind != "access":
            assert (await api.get("/users/me", token=token)).status == 401, kind


async def test_a_changed_password_ends_the_other_sessions(
    api: Api, sam: Person, post: PostOffice
) -> None:
    other = (await login(api, sam.email)).data["tokens"]["refresh_token"]
    stale = await _forget(api, sam, post)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert (await api.post("/users/me/password", body, as_=sam)).status == 204
    assert (await api.get("/users/me", as_=sam)).status == 200
    assert (await api.post("/auth/refresh", {"refresh_token": other})).code == "session_revoked"
    assert (await login(api, sam.email, NEW)).status == 200
    assert (await _reset(api, stale)).code == "token_invalid"
    assert "Your password at Learning Platform was changed" in await post.subjects(sam.email)


async def test_a_change_needs_the_present_password(api: Api, sam: Person) -> None:
    wrong = {"current_password": "not-hers-at-all", "new_password": NEW}
    reply = await api.post("/users/me/password", wrong, as_=sam)
    assert (reply.status, reply.code) == (403, "password_incorrect")
    weak = {"current_password": PASSWORD, "new_password": "Sam-Student-1"}
    assert (await api.post("/users/me/password", weak, as_=sam)).pointers == ["/new_password"]
    assert (await login(api, sam.email)).status == 200


async def test_fifty_changes_at_once_leave_one_password(patient: Api, sam: Person) -> None:
    async def change(number: int) -> Response:
        body = {"current_password": PASSWORD, "new_password": f"{NEW}-{number}"}
        return await patient.post("/users/me/password", body, as_=sam)

    replies = await asyncio.gather(
        *(until_answered(partial(change, number)) for number in range(50))
    )
    [won] = [number for number, reply in enumerate(replies) if reply.status == 204]
    assert {r.code for r in replies if r.status != 204} <= {
        "password_incorrect", "too_many_attempts",
    }  # fmt: skip
    assert (await login(patient, sam.email, f"{NEW}-{won}")).status == 200


@pytest.mark.parametrize("keyed", [False, True])
async def test_guessing_in_a_stolen_session_does_not_slow_down_its_owner(
    api: Api, sam: Person, keyed: bool
) -> None:
    codes = []
    for number in range(8):
        body = {"current_password": f"guess-number-{number}", "new_password": NEW}
        headers = {"Idempotency-Key": f"k{number}"} if keyed else None
        reply = await api.post("/users/me/password", body, as_=sam, headers=headers)
        codes.append(reply.code)
    assert codes == ["password_incorrect"] * 5 + ["too_many_attempts"] * 3
    right = {"current_password": PASSWORD, "new_password": NEW}
    throttled = await api.post("/users/me/password", right, as_=sam)
    assert (throttled.status, throttled.code) == (429, "too_many_attempts")
    assert 1 <= int(throttled.headers["Retry-After"]) <= 30
    assert (await login(api, sam.email)).status == 200, "the door has a count of its own"


async def test_an_address_is_confirmed_once(api: Api, sam: Person, post: PostOffice) -> None:
    assert (await api.post("/auth/verify-email/request", as_=sam)).status == 202
    token = await post.token(sam.email, "Confirm your address")
    reply = await api.post("/auth/verify-email/confirm", {"token": token}, as_=sam)
    assert reply.data == {
        "email": sam.email,
        "email_verified": True,
        "password_reset_required": False,
    }
    assert (await api.get("/users/me", as_=sam)).data["email_verified"] is True
    assert (await api.post("/auth/verify-email/confirm", {"token": token})).status == 400
    assert (await api.post("/auth/verify-email/request", as_=sam)).status == 202
    assert len(await post.to(sam.email)) == 1, "nothing is left to confirm"


async def test_a_new_address_is_confirmed_and_the_old_one_notified(
    api: Api, sam: Person, post: PostOffice
) -> None:
    body = {"new_email": "Sam.New@example.org", "password": PASSWORD}
    assert (await api.post("/users/me/email", body, as_=sam)).status == 202
    assert (await api.get("/users/me", as_=sam)).data["email"] == sam.email
    token = await post.token("Sam.New@example.org", "Confirm your new address")
    confirmed = await api.post("/auth/verify-email/confirm", {"token": token}, as_=sam)
    assert confirmed.status == 200
    assert (await login(api, "sam.new@example.org")).data["user"]["email"] == "Sam.New@example.org"
    assert (await login(api, sam.email)).code == "invalid_credentials"
    told = await post.subjects(sam.email)
    assert told == [
        "Your e-mail address at Learning Platform is about to change",
        "Your e-mail address at Learning Platform was changed",
    ]


async def test_a_taken_address_is_neither_given_away_nor_revealed(
    api: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    replies = []
    for new in (olly.email, "free@example.org"):
        body = {"new_email": new, "password": PASSWORD}
        replies.append(await api.post("/users/me/email", body, as_=sam))
    assert [r.status for r in replies] == [202, 202]
    assert replies[0].json["message"] == replies[1].json["message"]
    token = await post.token(olly.email, "Confirm your new address")
    assert (await api.post("/auth/verify-email/confirm", {"token": token})).code == "token_invalid"
    assert (await login(api, olly.email)).data["user"]["id"] == str(olly.id)


async def test_a_change_of_password_buys_no_more_mails_to_new_addresses(
    api: Api, sam: Person, post: PostOffice
) -> None:
    """What was mailed before counts no more, but it was mailed."""
    current, codes = PASSWORD, []
    for number in range(7):
        body = {"new_email": "victim@example.org", "password": current}
        codes.append((await api.post("/users/me/email", body, as_=sam)).status)
        change = {"current_password": current, "new_password": f"{NEW}-{number}"}
        assert (await api.post("/users/me/password", change, as_=sam)).status == 204
        current = change["new_password"]
    assert codes == [202] * 5 + [429] * 2
    assert len(await post.to("victim@example.org")) == 0, "and their links are void"


async def test_a_wrong_password_changes_no_address(api: Api, sam: Person, post: PostOffice) -> None:
    body = {"new_email": "thief@example.org", "password": "not-hers-at-all"}
    reply = await api.post("/users/me/email", body, as_=sam)
    assert (reply.status, reply.code) == (403, "password_incorrect")
    assert await post.mails() == []


async def test_a_disabled_member_gets_no_link(
    api: Api, sam: Person, ada: Person, post: PostOffice
) -> None:
    token = await _forget(api, sam, post)
    await api.patch(f"/users/{sam.id}", {"is_active": False}, as_=ada)
    assert (await _reset(api, token)).code == "token_invalid"
    await api.post("/auth/forgot-password", {"email": sam.email})
    assert len(await post.to(sam.email)) == 1


async def test_after_a_reset_the_owner_may_sign_in_at_once(
    proxied: Api, api: Api, sam: Person, post: PostOffice, db: Pool
) -> None:
    for number in range(5):
        await login(proxied, sam.email, f"guess-{number}", headers=from_("203.0.113.5"))
    held = await login(proxied, sam.email, headers=from_("203.0.113.5"))
    assert held.code == "too_many_attempts"
    await _reset(api, await _forget(api, sam, post))
    assert (await login(proxied, sam.email, NEW, headers=from_("203.0.113.5"))).status == 200
