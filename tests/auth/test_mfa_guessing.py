"""Guessing codes: how many tries there are, who waits, and who does not."""

import asyncio

import pytest

from lms.core.db.pool import Pool
from tests.api import Api
from tests.auth.conftest import (
    enable_mfa,
    from_,
    login,
    set_up_mfa,
)
from tests.auth.mfa import answer, challenge
from tests.people import PASSWORD, Person


async def test_a_right_code_among_fifty_guesses_at_once_is_withheld(
    patient: Api, sam: Person, olly: Person
) -> None:
    _, recovery = await enable_mfa(patient, sam)
    _, bystanders = await enable_mfa(patient, olly)
    tokens = [await challenge(patient, sam) for _ in range(25)]
    guesses = [(token, f"{number:06}") for number, token in enumerate(tokens * 2)]
    guesses[30] = (tokens[30 % 25], recovery[0])
    replies = await asyncio.gather(*(answer(patient, token, code) for token, code in guesses))
    assert {r.status for r in replies} == {401, 429}, "nobody came in"
    assert [r.status for r in replies].count(401) == 5
    assert (await answer(patient, await challenge(patient, olly), bystanders[0])).status == 200


@pytest.mark.parametrize("change", ["enable", "recovery-codes", "disable"])
async def test_codes_guessed_at_once_while_signed_in_are_answered_five_times(
    patient: Api, sam: Person, change: str
) -> None:
    if change == "enable":
        await set_up_mfa(patient, sam)
    else:
        await enable_mfa(patient, sam)
    known = {} if change == "enable" else {"password": PASSWORD}
    replies = await asyncio.gather(
        *(
            patient.post(f"/auth/mfa/{change}", {**known, "code": f"{number:06}"}, as_=sam)
            for number in range(50)
        )
    )
    assert {r.code for r in replies} == {"mfa_code_invalid", "too_many_attempts"}
    assert [r.code for r in replies].count("mfa_code_invalid") == 5


async def test_a_hundred_failures_also_close_unknown_networks_to_codes(
    api: Api, proxied: Api, sam: Person, db: Pool
) -> None:
    """Challenges that were opened before buy no more guesses than the password does."""
    _, recovery = await enable_mfa(api, sam)
    home = from_("198.51.100.7")
    at_home = (await login(proxied, sam.email, headers=home)).data["mfa_token"]
    body = {"mfa_token": at_home, "code": recovery[0]}
    assert (await proxied.post("/auth/mfa/login", body, headers=home)).status == 200
    tokens = [await challenge(api, sam) for _ in range(21)]
    for number in range(100):
        body = {"mfa_token": tokens[number // 5], "code": f"{number:06}"}
        guess = await proxied.post("/auth/mfa/login", body, headers=from_(f"203.0.{number}.1"))
        assert guess.code == "mfa_code_invalid"
    body = {"mfa_token": tokens[20], "code": recovery[1]}
    closed = await proxied.post("/auth/mfa/login", body, headers=from_("192.0.2.1"))
    assert (closed.status, closed.code) == (401, "mfa_code_invalid")
    opened = await proxied.post("/auth/mfa/login", body, headers=home)
    assert opened.status == 200, "where she has been, the same code still works"


async def test_a_challenge_takes_five_tries(api: Api, sam: Person, db: Pool) -> None:
    _, recovery = await enable_mfa(api, sam)
    token = await challenge(api, sam)
    codes = [(await answer(api, token, f"wrong-{n}")).code for n in range(5)]
    assert codes == ["mfa_code_invalid"] * 5
    async with db.acquire() as connection:
        await connection.execute("delete from login_throttles")  # not what is tried here
    spent = await answer(api, token, recovery[0])
    assert (spent.status, spent.code) == (400, "token_invalid")
    assert (await answer(api, await challenge(api, sam), recovery[0])).status == 200


async def test_a_challenge_takes_five_tries_even_in_a_race(api: Api, sam: Person, db: Pool) -> None:
    await enable_mfa(api, sam)
    token = await challenge(api, sam)
    replies = await asyncio.gather(*(answer(api, token, f"wrong-{n}") for n in range(50)))
    assert [r.code for r in replies].count("mfa_code_invalid") <= 5
    async with db.acquire() as connection:
        assert await connection.fetchval("select max(tries) from mfa_challenges") <= 5


async def test_a_new_challenge_buys_no_more_tries(api: Api, sam: Person) -> None:
    phone, _ = await enable_mfa(api, sam)
    for number in range(5):
        token = await challenge(api, sam)  # the password is right every time
        assert (await answer(api, token, f"00000{number}")).status == 401
    held = await login(api, sam.email)
    assert (held.status, held.code) == (429, "too_many_attempts")
    late = await answer(api, token, phone.code())
    assert (late.status, late.code) == (429, "too_many_attempts")


async def test_every_sign_in_is_counted_once_by_how_it_ended(
    api: Api, sam: Person, olly: Person
) -> None:
    async def counts() -> list[float]:
        lines = (await api.get("/metrics", root=True)).body.decode().splitlines()
        found = dict(line.rsplit(" ", 1) for line in lines if line.startswith("lms_logins_total{"))
        return [
            float(found.get(f'lms_logins_total{{result="{result}"}}', 0))
            for result in ("accepted", "refused", "throttled")
        ]

    phone, _ = await enable_mfa(api, sam)
    seen = [await counts()]

    async def change() -> list[float]:
        seen.append(await counts())
        return [now - then for then, now in zip(*seen[-2:], strict=True)]

    await login(api, olly.email)
    assert await change() == [1, 0, 0]
    await login(api, olly.email, "guess-number-1")
    assert await change() == [0, 1, 0]
    token = await challenge(api, sam)
    assert await change() == [0, 0, 0], "half a sign-in is none yet"
    await answer(api, token, phone.code())
    assert await change() == [1, 0, 0]
    for number in range(5):
        token = await challenge(api, sam)
        await answer(api, token, f"00000{number}")
    assert await change() == [0, 5, 0]
    await login(api, sam.email)
    await answer(api, token, "000000")
    assert await change() == [0, 0, 2]


async def test_a_challenge_ends_after_ten_minutes(api: Api, sam: Person, db: Pool) -> None:
    phone, _ = await enable_mfa(api, sam)
    token = await challenge(api, sam)
    async with db.acquire() as connection:
        await connection.execute(
            "update mfa_challenges set expires_at = expires_at - interval '600 seconds'"
        )
    assert (await answer(api, token, phone.code())).code == "token_invalid"


async def test_guessing_codes_while_signed_in_is_slowed_down(api: Api, sam: Person) -> None:
    await enable_mfa(api, sam)
    codes = []
    for number in range(7):
        body = {"password": PASSWORD, "code": f"00000{number}"}
        headers = {"Idempotency-Key": f"g{number}"}
        codes.append((await api.post("/auth/mfa/disable", body, as_=sam, headers=headers)).code)
    assert codes == ["mfa_code_invalid"] * 5 + ["too_many_attempts"] * 2


async def test_wrong_codes_count_against_the_address_that_sent_them(
    proxied: Api, api: Api, sam: Person
) -> None:
    phone, _ = await enable_mfa(api, sam)
    token = await challenge(api, sam)
    for number in range(5):
        await proxied.post(
            "/auth/mfa/login",
            {"mfa_token": (await challenge(api, sam)), "code": f"00000{number}"},
            headers=from_("203.0.113.5"),
        )
    assert (await answer(api, token, phone.code())).status == 200, "Sam is not made to wait"
