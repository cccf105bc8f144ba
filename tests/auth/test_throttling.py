"""Guessing is bounded, and no stranger makes the owner wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher
from redis.asyncio import Redis

from lms.app import create_app
from lms.auth.passwords import PASSWORDS
from lms.auth.throttling import account_keys
from lms.core.db.pool import Pool
from lms.core.db.query import Query
from lms.core.http.client import network_of
from lms.settings import Settings
from tests.api import Api, Server
from tests.auth.conftest import from_, login, until_they_wait
from tests.people import PASSWORD, Person

HOME, ABROAD = "198.51.100.7", "203.0.113.5"


async def _guess(api: Api, email: str, times: int, address: str = ABROAD) -> list[str]:
    return [
        (await login(api, email, f"guess-number-{number}", headers=from_(address))).code
        for number in range(times)
    ]


async def _later(db: Pool, seconds: float) -> None:
    """As if so much time had passed."""
    async with db.acquire() as connection:
        for table, columns in {
            "login_throttles": ("window_started_at", "last_failure_at", "blocked_until"),
            "login_addresses": ("window_started_at",),
        }.items():
            moved = ", ".join(f"{c} = {c} - make_interval(secs => $1)" for c in columns)
            await connection.execute(f"update {table} set {moved}", seconds)


async def _hash_of(db: Pool, person: Person) -> str:
    async with db.acquire() as connection:
        query = "select password_hash from users where id = $1"
        return str(await connection.fetchval(query, person.id))


async def _until_hashed_anew(db: Pool, person: Person, before: str) -> None:
    async with asyncio.timeout(10):
        while await _hash_of(db, person) == before:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _site(settings: Settings, **changes: Any) -> AsyncIterator[tuple[TestServer, Api]]:
    """A site of other settings behind a proxy, and a client of it."""
    proxies = (ip_network("127.0.0.0/8"),)
    server = Server(create_app(replace(settings, trusted_proxies=proxies, **changes)))
    await server.start_server()
    async with Api(server) as client:
        yield server, client
    await server.close()


async def test_five_failures_make_the_pair_wait_longer_and_longer(
    proxied: Api, sam: Person, db: Pool
) -> None:
    assert await _guess(proxied, sam.email, 5) == ["invalid_credentials"] * 5
    waits = []
    for _ in range(9):
        held = await login(proxied, sam.email, headers=from_(ABROAD))
        assert (held.status, held.code) == (429, "too_many_attempts"), "the right one waits too"
        waits.append(int(held.headers["Retry-After"]))
        await _later(db, waits[-1])
        assert await _guess(proxied, sam.email, 1) == ["invalid_credentials"]
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


async def test_failures_spread_over_five_minutes_hold_up_nobody(
    proxied: Api, sam: Person, db: Pool
) -> None:
    assert await _guess(proxied, sam.email, 4) == ["invalid_credentials"] * 4
    await _later(db, 301)
    assert await _guess(proxied, sam.email, 4) == ["invalid_credentials"] * 4
    assert (await login(proxied, sam.email, headers=from_(ABROAD))).status == 200


async def test_a_success_begins_the_count_anew(proxied: Api, sam: Person) -> None:
    for _ in range(3):
        assert await _guess(proxied, sam.email, 4, HOME) == ["invalid_credentials"] * 4
        assert (await login(proxied, sam.email, headers=from_(HOME))).status == 200


async def test_a_stranger_cannot_make_the_owner_wait(
    proxied: Api, sam: Person, olly: Person
) -> None:
    assert (await login(proxied, sam.email, headers=from_(HOME))).status == 200
    assert "too_many_attempts" in await _guess(proxied, sam.email, 10)
    assert (await login(proxied, sam.email, headers=from_(HOME))).status == 200
    assert (await login(proxied, sam.email, headers=from_("192.0.2.1"))).status == 200, (
        "nor where she has not been before"
    )
    assert (await login(proxied, olly.email, headers=from_(ABROAD))).status == 200, (
        "and another account in the stranger's network does not wait"
    )


async def test_a_hundred_failures_in_a_row_close_unknown_networks_until_a_reset(
    proxied: Api, sam: Person, db: Pool
) -> None:
    async with db.acquire() as connection:
        await connection.execute(
            "insert into sign_in_places (user_id, network, browser) values ($1, $2, 'Any')",
            sam.id,
            network_of(HOME),
        )
    for number in range(100):
        await _guess(proxied, sam.email, 1, f"203.0.{number}.1")
    # Right, and refused like a wrong one, where she never was.
    refused = await login(proxied, sam.email, headers=from_("192.0.2.1"))
    assert (refused.status, refused.code) == (401, "invalid_credentials")
    assert (await login(proxied, sam.email, headers=from_("198.51.100.200"))).status == 200
    still = await login(proxied, sam.email, headers=from_("192.0.2.1"))
    assert still.code == "invalid_credentials", "her success at home does not open it"
    assert (await proxied.get("/users/me", as_=sam)).status == 200, "her sessions go on"


async def test_a_reset_by_mail_opens_unknown_networks_again(
    proxied: Api, sam: Person, db: Pool, post: Any
) -> None:
    for number in range(100):
        await _guess(proxied, sam.email, 1, f"203.0.{number}.1")
    assert (await login(proxied, sam.email, headers=from_("192.0.2.1"))).status == 401
    await proxied.post("/auth/forgot-password", {"email": sam.email})
    token = await post.token(sam.email, "Set a new password")
    body = {"token": token, "new_password": "nine-purple-kettles"}
    assert (await proxied.post("/auth/reset-password", body)).status == 200
    reply = await login(proxied, sam.email, "nine-purple-kettles", headers=from_("192.0.2.1"))
    assert reply.status == 200


async def test_fifty_guesses_sent_at_once_are_answered_five_times(
    patient: Api, sam: Person
) -> None:
    guesses = [*(f"guess-number-{number}" for number in range(49)), PASSWORD]
    replies = await asyncio.gather(
        *(login(patient, sam.email, guess, headers=from_(ABROAD)) for guess in guesses)
    )
    assert {r.status for r in replies} == {401, 429}, "the right one's outcome is withheld"
    assert [r.status for r in replies].count(401) == 5


async def test_a_right_guess_is_withheld_after_five_wrong_ones_count(
    patient: Api, sam: Person, olly: Person, db: Pool, settings: Settings
) -> None:
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("select from users where id = $1 for update", sam.id)
        right = asyncio.create_task(login(patient, sam.email, headers=from_(ABROAD)))
        await until_they_wait(settings, 1)  # it was found right, and waits to be told so
        wrong = [login(patient, sam.email, f"guess-{n}", headers=from_(ABROAD)) for n in range(5)]
        assert {r.code for r in await asyncio.gather(*wrong)} == {"invalid_credentials"}
    assert (await right).code == "too_many_attempts"
    assert (await login(patient, olly.email, headers=from_(ABROAD))).status == 200


async def test_a_withheld_right_guess_costs_the_same_as_a_wrong_one(
    settings: Settings, sam: Person, olly: Person, db: Pool
) -> None:
    before = await _hash_of(db, sam)
    async with _site(settings, login_failures_per_address_per_minute=10) as (_, api):
        for number in range(9):
            assert await _guess(api, f"nobody{number}@example.com", 1) == ["invalid_credentials"]
        await _later(db, 50)
        async with db.acquire() as connection, connection.transaction():
            await connection.execute("select from users where id = $1 for update", sam.id)
            right = asyncio.create_task(login(api, sam.email, headers=from_(ABROAD)))
            await until_they_wait(settings, 1)  # it was found right, and waits to be told so
            assert await _guess(api, olly.email, 1) == ["invalid_credentials"]  # the tenth
        withheld = await right
        wrong = await login(api, olly.email, "guess-number-1", headers=from_(ABROAD))
        assert (withheld.code, wrong.code) == ("too_many_attempts",) * 2
        waits = [int(reply.headers["Retry-After"]) for reply in (withheld, wrong)]
        assert 0 <= waits[0] - waits[1] <= 1
        assert waits[0] <= 10
    assert await _hash_of(db, sam) == before, "hashing it anew would take time"


async def test_wrong_guesses_that_were_let_in_wait_as_long_as_a_right_one(
    settings: Settings, sam: Person, olly: Person, db: Pool
) -> None:
    async with _site(settings, login_failures_per_address_per_minute=10) as (_, api):
        for number in range(9):
            assert await _guess(api, f"nobody{number}@example.com", 1) == ["invalid_credentials"]
        await _later(db, 50)
        async with db.acquire() as connection, connection.transaction():
            await connection.execute("select from login_addresses for update")
            guesses = [
                asyncio.create_task(login(api, sam.email, f"guess-{n}", headers=from_(ABROAD)))
                for n in range(3)
            ]
            await until_they_wait(settings, 3)  # all were found wrong, and wait to be counted
        held = [r for r in await asyncio.gather(*guesses) if r.code == "too_many_attempts"]
        assert len(held) == 2
        assert all(int(reply.headers["Retry-After"]) <= 10 for reply in held)


@pytest.mark.parametrize("guess", [PASSWORD, "guess-number-1"])
async def test_a_held_sign_in_reveals_nothing_near_the_address_limit(
    settings: Settings, sam: Person, db: Pool, guess: str
) -> None:
    async with _site(settings, login_failures_per_address_per_minute=10) as (_, api):
        for number in range(5):
            assert await _guess(api, f"nobody{number}@example.com", 1) == ["invalid_credentials"]
        assert await _guess(api, sam.email, 4) == ["invalid_credentials"] * 4
        async with db.acquire() as connection, connection.transaction():
            await connection.execute("select from users where id = $1 for update", sam.id)
            await connection.execute("select from login_addresses for update")
            judged = asyncio.create_task(login(api, sam.email, guess, headers=from_(ABROAD)))
            await until_they_wait(settings, 1)  # it was let in, and its outcome is known
            await connection.execute(
                "update login_throttles set failures = 5, "
                "blocked_until = clock_timestamp() + interval '30 s'"
            )
        reply = await judged
    assert (reply.code, reply.headers["Retry-After"]) == ("too_many_attempts", "30")


async def test_a_sign_in_under_load_postpones_its_new_hash(
    settings: Settings, sam: Person, olly: Person, db: Pool
) -> None:
    before = await _hash_of(db, sam)
    slow = PasswordHasher(time_cost=40, memory_cost=19456, parallelism=1).hash(PASSWORD)
    async with _site(settings, argon2_parallel=1, argon2_queue=0) as (server, api):
        async with db.acquire() as connection, connection.transaction():
            await connection.execute("select from users where id = $1 for update", sam.id)
            signing_in = asyncio.create_task(login(api, sam.email))
            await until_they_wait(settings, 1)
            busy = asyncio.create_task(server.app[PASSWORDS].verify(slow, PASSWORD))
            await asyncio.sleep(0)  # a turn of the loop, in which it takes the only place
        assert (await signing_in).status == 200
        assert not busy.done()
        assert await busy
        assert await _hash_of(db, sam) == before
        assert (await login(api, sam.email)).status == 200
        await _until_hashed_anew(db, sam, before)
    assert await _hash_of(db, olly) == before, "the cast has one password"


async def test_at_most_five_of_many_concurrent_wrong_guesses_are_answered(
    patient: Api, sam: Person, db: Pool, settings: Settings
) -> None:
    assert await _guess(patient, sam.email, 1) == ["invalid_credentials"]
    async with db.acquire() as connection, connection.transaction():
        await connection.execute("select from login_throttles for update")
        guesses = [
            asyncio.create_task(login(patient, sam.email, f"guess-{n}", headers=from_(ABROAD)))
            for n in range(8)
        ]
        await until_they_wait(settings, 8)  # all were found wrong, and wait to be counted
    codes = [reply.code for reply in await asyncio.gather(*guesses)]
    assert codes.count("invalid_credentials") == 4
    assert codes.count("too_many_attempts") == 4


@pytest.mark.parametrize("forgetting", ["forget_failures", "forget_all_failures"])
async def test_forgetting_and_counting_failures_lock_rows_in_one_order(
    proxied: Api, sam: Person, db: Pool, settings: Settings, forgetting: str
) -> None:
    """The network's count, then the streak; or the two would wait for each other."""
    await _guess(proxied, sam.email, 1)
    key, _ = account_keys(sam.id, sam.email)
    both = {"account_key": key, "network": network_of(ABROAD)}
    forget: Query[None] = Query(f"auth/{forgetting}")
    async with db.acquire() as forgetter:
        async with db.acquire() as counter, counter.transaction():
            await Query("auth/record_failure", bool).first(counter, **both)
            args = {name: both[name] for name in forget.params}
            forgets = asyncio.create_task(forget.run(forgetter, **args))
            await until_they_wait(settings, 1)
            streak = await Query("auth/record_streak", int).one(counter, account_key=key)
            assert streak == 2
        await forgets


async def test_unknown_addresses_are_held_like_known_ones(proxied: Api, sam: Person) -> None:
    known = await _guess(proxied, sam.email, 7)
    unknown = await _guess(proxied, "nobody@example.com", 7, "192.0.2.77")
    assert known == unknown
    replies = [
        await login(proxied, email, headers=from_(address))
        for email, address in ((sam.email, ABROAD), ("nobody@example.com", "192.0.2.77"))
    ]
    bodies = [{**r.json, "request_id": None} for r in replies]
    assert bodies[0] == bodies[1]
    assert replies[0].status == replies[1].status == 429


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("::ffff:c000:24d", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_a_network_is_a_slash_24_or_a_slash_64(address: str, network: str) -> None:
    assert str(network_of(address)) == network


@pytest.fixture
async def limited(settings: Settings, db: Pool) -> AsyncIterator[Api]:
    """A site where an address may fail ten times a minute."""
    async with _site(settings, login_failures_per_address_per_minute=10) as (_, api):
        yield api


async def test_an_address_may_fail_ten_times_a_minute_over_all_accounts(
    limited: Api, sam: Person, db: Pool
) -> None:
    codes = [(await login(limited, f"nobody{number}@example.com")).code for number in range(12)]
    assert codes == ["invalid_credentials"] * 10 + ["too_many_attempts"] * 2
    held = await login(limited, sam.email)
    assert held.status == 429
    assert 1 <= int(held.headers["Retry-After"]) <= 60
    await _later(db, 61)
    assert (await login(limited, sam.email)).status == 200


async def test_counts_survive_a_restart_and_a_flush_of_redis(
    settings: Settings, sam: Person, db: Pool
) -> None:
    for round_ in range(2):
        server = Server(create_app(settings))  # a process that has just started
        await server.start_server()
        async with Api(server) as client:
            codes = [(await login(client, sam.email, f"guess-{n}-{round_}")).code for n in range(4)]
        await server.close()
        redis = Redis.from_url(settings.redis_url.value)
        await redis.flushall()
        await redis.aclose()
        assert codes.count("invalid_credentials") == (4 if round_ == 0 else 1)


async def test_no_address_is_kept_with_the_counts(proxied: Api, sam: Person, db: Pool) -> None:
    await _guess(proxied, sam.email, 1)
    await _guess(proxied, "nobody@example.com", 1)
    async with db.acquire() as connection:
        rows = await connection.fetch(
            "select t::text as row from login_throttles t "
            "union all select s::text from login_streaks s "
            "union all select a::text from audit_log a"
        )
    assert len(rows) == 6
    assert not [row for row in rows if "nobody" in row["row"] or sam.email in row["row"]]


async def test_failed_sign_ins_do_not_slow_down_a_session(proxied: Api, sam: Person) -> None:
    """The two counts have keys that no address can imitate."""
    for name in (str(sam.id), f"session:{sam.id}", f"user:{sam.id}"):
        await _guess(proxied, name, 6, HOME)
    body = {"current_password": PASSWORD, "new_password": "nine-purple-kettles"}
    changed = await proxied.post("/users/me/password", body, as_=sam, headers=from_(HOME))
    assert changed.status == 204


async def test_a_login_costs_a_constant_number_of_statements(
    api: Api, sam: Person, db: Pool, queries: Any
) -> None:
    before = await _hash_of(db, sam)
    await login(api, sam.email)
    await _until_hashed_anew(db, sam, before)  # the cast's is a cheap one
    async with queries.expect(1 + 2 + 5):  # the look-up; begin and commit; and inside
        assert (await login(api, sam.email)).status == 200
    for email in (sam.email, "nobody@example.com"):
        async with queries.expect(1 + 2 + 3):
            assert (await login(api, email, "guess-number-1")).status == 401
