"""The second factor: set up, asked for, used once, and not to be walked around."""

import asyncio
import base64
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyotp

from lms.auth.mfa import matching_step, new_recovery_codes, open_secret
from lms.auth.tasks import reseal_factors
from lms.core.db.pool import Pool
from lms.core.keys import Sealed
from lms.settings import Secret, Settings
from tests.api import Api
from tests.auth.conftest import (
    Phone,
    PostOffice,
    away_from_the_edge,
    enable_mfa,
    login,
    prove_address,
    set_up_mfa,
    until_answered,
    until_they_wait,
)
from tests.auth.mfa import answer, challenge
from tests.people import PASSWORD, Person


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode()


async def test_a_second_factor_is_set_up_and_asked_for(
    api: Api, sam: Person, olly: Person, post: PostOffice
) -> None:
    await away_from_the_edge()
    await prove_address(api, sam)
    setup = (await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)).data
    uri = urlsplit(setup["otpauth_uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert parse_qs(uri.query)["secret"] == [setup["secret"]]
    assert setup["qr_svg"].startswith("<svg")
    assert (await api.get("/users/me", as_=sam)).data["mfa_enabled"] is False
    assert "tokens" in (await login(api, sam.email)).data, "not yet"
    phone = Phone(setup["secret"])
    enabled = await api.post("/auth/mfa/enable", {"code": phone.code(steps=-1)}, as_=sam)
    assert len(set(enabled.data["recovery_codes"])) == 10
    assert enabled.headers["Cache-Control"] == "no-store"
    token = await challenge(api, sam)
    signed_in = (await answer(api, token, phone.code())).data
    assert signed_in["user"]["mfa_enabled"] is True
    me = await api.get("/users/me", token=signed_in["tokens"]["access_token"])
    assert me.status == 200
    assert (await api.get("/users/me", as_=olly)).data["mfa_enabled"] is False
    assert "Two-step sign-in at Learning Platform was changed" in await post.subjects(sam.email)


async def test_each_code_works_once_even_when_sent_many_times_at_once(
    api: Api, sam: Person
) -> None:
    phone, recovery = await enable_mfa(api, sam)
    for code in (phone.code(), recovery[0]):
        tokens = [await challenge(api, sam) for _ in range(4)]
        # Failures make the pair wait after the fifth, so four race at a time; below, fifty do.
        replies = await asyncio.gather(*(answer(api, token, code) for token in tokens))
        assert sorted(r.status for r in replies) == [200, 401, 401, 401]
        assert {r.code for r in replies if r.status == 401} == {"mfa_code_invalid"}


async def test_fifty_answers_with_one_right_code_open_one_session(
    api: Api, sam: Person, db: Pool
) -> None:
    phone, _ = await enable_mfa(api, sam)
    tokens = [await challenge(api, sam) for _ in range(10)]
    code = phone.code()
    replies = await asyncio.gather(*(answer(api, t, code) for t in tokens for _ in range(5)))
    assert [r.status for r in replies].count(200) == 1
    assert {r.status for r in replies} <= {200, 400, 401, 429}


async def test_a_secret_that_was_shown_for_an_old_password_enables_nothing(
    api: Api, sam: Person
) -> None:
    await prove_address(api, sam)
    setup = (await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)).data
    changed = {"current_password": PASSWORD, "new_password": "nine-purple-kettles"}
    assert (await api.post("/users/me/password", changed, as_=sam)).status == 204
    body = {"code": Phone(setup["secret"]).code()}
    late = await api.post("/auth/mfa/enable", body, as_=sam)
    assert (late.status, late.code) == (409, "mfa_not_enabled")


def test_a_recovery_code_has_enough_bits_for_a_plain_hash() -> None:
    # ASVS 5.0 §6.5.2: 112 or more; a letter of base32 has five.
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(5 * len(code.replace("-", "")) == 120 for code in codes)


async def test_a_code_is_refused_when_replayed_inside_its_window(api: Api, sam: Person) -> None:
    await away_from_the_edge()
    await prove_address(api, sam)
    setup = (await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)).data
    phone = Phone(setup["secret"])
    code = phone.code()
    await api.post("/auth/mfa/enable", {"code": code}, as_=sam)
    token = await challenge(api, sam)
    replayed = await answer(api, token, code)
    assert (replayed.status, replayed.code) == (401, "mfa_code_invalid")
    older = await answer(api, token, phone.code(steps=-1))
    assert older.code == "mfa_code_invalid", "what is older than a used code is used too"


def test_the_current_and_the_previous_step_count_and_no_other() -> None:
    # RFC 6238 appendix B: at 59 s the eight digits end in 287082.
    secret = b"12345678901234567890"
    assert matching_step(secret, "287082", now=59) == 1
    assert matching_step(secret, "287082", now=89) == 1
    assert matching_step(secret, "287082", now=90) is None
    assert matching_step(secret, pyotp.TOTP(_base32(secret)).generate_otp(3), now=89) is None


async def test_nothing_bypasses_the_second_factor(api: Api, sam: Person, post: PostOffice) -> None:
    stolen = (await login(api, sam.email)).data["tokens"]
    await enable_mfa(api, sam)
    # A session that the password alone had opened.
    assert (
        await api.post("/auth/refresh", {"refresh_token": stolen["refresh_token"]})
    ).code == "session_revoked"
    token = await challenge(api, sam)
    # The challenge is no session.
    for path in ("/users/me", "/auth/sessions"):
        assert (await api.get(path, token=token)).status == 401
    refreshed = await api.post("/auth/refresh", {"refresh_token": token})
    assert refreshed.code == "token_invalid"
    # A reset signs nobody in, keeps the factor, and ends what was begun.
    await api.post("/auth/forgot-password", {"email": sam.email})
    link = await post.token(sam.email, "Set a new password")
    reset = await api.post(
        "/auth/reset-password", {"token": link, "new_password": "nine-purple-kettles"}
    )
    assert reset.data is None
    assert (await answer(api, token, "123456")).code == "token_invalid"
    after = (await login(api, sam.email, "nine-purple-kettles")).data
    assert after["mfa_required"] is True
    assert "tokens" not in after


async def test_confirming_an_address_signs_nobody_in(
    api: Api, sam: Person, post: PostOffice
) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    token = await post.token(sam.email, "Confirm your address")
    await enable_mfa(api, sam)
    confirmed = await api.post("/auth/verify-email/confirm", {"token": token})
    assert set(confirmed.data) == {"email", "email_verified", "password_reset_required"}


async def test_a_login_racing_with_enabling_leaves_no_one_factor_session(
    patient: Api, api: Api, sam: Person, db: Pool
) -> None:
    await away_from_the_edge()
    await prove_address(api, sam)
    setup = (await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)).data
    code = Phone(setup["secret"]).code()
    logins = [until_answered(lambda: login(patient, sam.email)) for _ in range(50)]
    enabled, *replies = await asyncio.gather(
        patient.post("/auth/mfa/enable", {"code": code}, as_=sam), *logins
    )
    assert enabled.status == 200
    assert {r.status for r in replies} == {200}
    for reply in replies:
        tokens = reply.data.get("tokens")
        if tokens is not None:
            refreshed = await api.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
            assert refreshed.code == "session_revoked"
    assert len((await api.get("/auth/sessions", as_=sam)).data) == 1


async def test_a_login_that_waited_for_the_enabling_is_asked_for_a_code(
    patient: Api, sam: Person, olly: Person, db: Pool, settings: Settings
) -> None:
    await set_up_mfa(patient, sam)
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("select from users where id = $1 for no key update", sam.id)
        waiting = asyncio.create_task(login(patient, sam.email))
        await until_they_wait(settings, 1)  # the password was found right before
        await connection.execute("update mfa_factors set enabled_at = now()")
    assert (await waiting).data["mfa_required"] is True
    assert "tokens" in (await login(patient, olly.email)).data


async def test_enabling_twice_at_once_gives_one_set_of_codes(api: Api, sam: Person) -> None:
    await away_from_the_edge()
    await prove_address(api, sam)
    setup = (await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)).data
    phone = Phone(setup["secret"])
    replies = await asyncio.gather(
        *(
            api.post("/auth/mfa/enable", {"code": phone.code(steps=-(n % 2))}, as_=sam)
            for n in range(50)
        )
    )
    assert [r.status for r in replies].count(200) == 1
    assert {r.code for r in replies if r.status != 200} <= {
        "mfa_already_enabled", "mfa_code_invalid",
    }  # fmt: skip


async def test_setting_up_again_needs_disabling_first(api: Api, sam: Person) -> None:
    await enable_mfa(api, sam)
    again = await api.post("/auth/mfa/setup", {"password": PASSWORD}, as_=sam)
    assert (again.status, again.code) == (409, "mfa_already_enabled")
    wrong = await api.post("/auth/mfa/setup", {"password": "not-hers-at-all"}, as_=sam)
    assert (wrong.status, wrong.code) == (403, "password_incorrect")


async def test_recovery_codes_work_wherever_a_code_is_asked_for(api: Api, sam: Person) -> None:
    _, old = await enable_mfa(api, sam)
    body = {"password": PASSWORD, "code": old[0].upper().replace("-", " ")}
    new = (await api.post("/auth/mfa/recovery-codes", body, as_=sam)).data["recovery_codes"]
    assert not set(old) & set(new)
    token = await challenge(api, sam)
    assert (await answer(api, token, old[1])).code == "mfa_code_invalid"
    assert (await answer(api, token, new[1])).status == 200
    disable = {"password": PASSWORD, "code": new[1]}
    used = await api.post("/auth/mfa/disable", disable, as_=sam)
    assert (used.status, used.code) == (403, "mfa_code_invalid")
    disable["code"] = new[2]
    assert (await api.post("/auth/mfa/disable", disable, as_=sam)).status == 204
    assert "tokens" in (await login(api, sam.email)).data
    gone = await api.post("/auth/mfa/disable", disable, as_=sam)
    assert (gone.status, gone.code) == (409, "mfa_not_enabled")


async def test_disabling_needs_password_and_code(api: Api, sam: Person) -> None:
    phone, _ = await enable_mfa(api, sam)
    for body, code in (
        ({"password": "not-hers-at-all", "code": phone.code()}, "password_incorrect"),
        ({"password": PASSWORD, "code": "000000"}, "mfa_code_invalid"),
    ):
        reply = await api.post("/auth/mfa/disable", body, as_=sam)
        assert (reply.status, reply.code) == (403, code)
    good = {"password": PASSWORD, "code": phone.code()}
    assert (
        await api.post("/auth/mfa/disable", good, as_=sam, headers={"Idempotency-Key": "d"})
    ).status == 204


async def test_secrets_survive_a_key_rotation_and_are_resealed(
    api: Api, sam: Person, olly: Person, db: Pool, settings: Settings, post: PostOffice
) -> None:
    phone, _ = await enable_mfa(api, sam)
    old = settings.secret_keys
    rotated = replace(settings, secret_keys=(Secret(f"new:{'n' * 40}"), *old))

    async def sealed() -> Sealed:
        async with db.acquire() as connection:
            row = await connection.fetchrow(
                "select key_id, secret from mfa_factors where user_id = $1", sam.id
            )
        return Sealed(row["key_id"], row["secret"])

    before = await sealed()
    secret = open_secret(rotated, sam.id, before)
    assert _base32(secret) == phone.totp.secret
    assert await reseal_factors(replace(post.worker, settings=rotated)) == 1
    assert await reseal_factors(replace(post.worker, settings=rotated)) == 0
    after = await sealed()
    assert after.key_id == "new"
    alone = replace(settings, secret_keys=(Secret(f"new:{'n' * 40}"),))
    assert open_secret(alone, sam.id, after) == secret


async def test_a_space_inside_a_code_is_ignored(api: Api, sam: Person) -> None:
    phone, _ = await enable_mfa(api, sam)
    code = phone.code()
    token = await challenge(api, sam)
    assert (await answer(api, token, f"{code[:3]} {code[3:]}")).status == 200
