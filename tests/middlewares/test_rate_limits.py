"""So many requests per address, counted over all processes while Redis is there."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from lms.app import create_app
from lms.core.http.rate_limiter import Limit, RateLimiter
from lms.core.redis_pool import RedisPool
from lms.settings import Secret, Settings
from tests.api import Api, Server
from tests.redis_server import RedisServer
from tests.running import free_port


@pytest.fixture
async def redis_server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    server = RedisServer(tmp_path, free_port())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def limited(
    settings: Settings, db: object, redis_server: RedisServer
) -> AsyncIterator[list[Api]]:
    """Two API processes' worth of application, with the limits that operators get."""
    defaults = Settings()
    mine = replace(
        settings,
        redis_url=Secret(redis_server.url),
        rate_limit_general_per_minute=defaults.rate_limit_general_per_minute,
        rate_limit_auth_per_minute=defaults.rate_limit_auth_per_minute,
    )
    servers = [Server(create_app(mine)) for _ in range(2)]
    for server in servers:
        await server.start_server()
    clients = [Api(server) for server in servers]
    yield clients
    for client in clients:
        await client.__aexit__()
    for server in servers:
        await server.close()


async def test_two_hundred_at_once_on_two_servers_let_exactly_a_hundred_pass(
    limited: list[Api],
) -> None:
    replies = await asyncio.gather(*(limited[n % 2].get("/courses") for n in range(200)))
    assert Counter(reply.status for reply in replies) == {200: 100, 429: 100}
    refused = next(reply for reply in replies if reply.status == 429)
    assert refused.code == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Policy"] == '"general";q=100;w=60'
    assert refused.headers["X-RateLimit-Remaining"] == "0"


async def test_sign_in_has_a_smaller_limit_of_its_own(limited: list[Api]) -> None:
    body = {"refresh_token": "x"}
    replies = [await limited[0].post("/auth/refresh", body) for _ in range(61)]
    assert [reply.status for reply in replies] == [401] * 60 + [429]
    assert (await limited[0].get("/courses")).status == 200


async def test_ids_methods_and_unknown_paths_do_not_evade_the_limit(limited: list[Api]) -> None:
    ids = [f"/courses/course-{n}" for n in range(50)]
    unknown = [f"/no/such/path/{n}" for n in range(50)]
    for path in ids + unknown:
        assert (await limited[0].get(path)).status == 404
    for path in ("/courses/another", "/nowhere"):
        assert (await limited[0].get(path)).status == 429


async def test_a_forwarded_address_is_believed_from_trusted_proxies_alone(
    limited: list[Api],
) -> None:
    forged = [{"X-Forwarded-For": f"203.0.113.{n}"} for n in range(101)]
    replies = [await limited[0].get("/courses", headers=headers) for headers in forged]
    assert [reply.status for reply in replies] == [200] * 100 + [429]


async def test_an_ipv6_network_is_one_client_and_its_neighbour_another(
    settings: Settings, db: object, redis_server: RedisServer
) -> None:
    """Who has one address of a /64 has them all."""
    mine = replace(
        settings,
        redis_url=Secret(redis_server.url),
        rate_limit_general_per_minute=10,
        trusted_proxies=(ip_network("127.0.0.0/8"),),
    )
    server = Server(create_app(mine))
    await server.start_server()
    async with Api(server) as api:

        async def ask(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            return (await api.get("/courses", headers=headers)).status

        assert [await ask(f"2001:db8:1:2::{n:x}") for n in range(12)] == [200] * 10 + [429] * 2
        assert await ask("2001:db8:1:3::1") == 200
        assert [await ask(f"192.0.2.{n}") for n in range(12)] == [200] * 12
        spellings = ["::ffff:198.51.100.7", "198.51.100.7", "::FFFF:c633:6407"]
        assert [await ask(spelling) for spelling in spellings * 4] == [200] * 10 + [429] * 2
    await server.close()


async def test_without_redis_each_process_goes_on_counting(
    limited: list[Api], redis_server: RedisServer
) -> None:
    await redis_server.stop()
    replies = await asyncio.gather(*(limited[0].get("/courses") for _ in range(150)))
    assert Counter(reply.status for reply in replies) == {200: 100, 429: 50}


async def test_the_remaining_count_goes_down_by_one(limited: list[Api]) -> None:
    remaining = [
        int((await limited[0].get("/courses")).headers["X-RateLimit-Remaining"]) for _ in range(3)
    ]
    assert remaining == [99, 98, 97]


async def test_probes_are_never_limited(limited: list[Api]) -> None:
    replies = await asyncio.gather(*(limited[0].get("/health") for _ in range(150)))
    assert {reply.status for reply in replies} == {200}


async def test_redis_pipelines_that_fail_together_keep_to_the_limit(settings: Settings) -> None:
    away = replace(settings, redis_url=Secret(f"redis://127.0.0.1:{free_port()}/0"))
    pool = RedisPool(away)
    limit = Limit("general", 100, 60)
    limiter = RateLimiter({"general": limit}, pool)
    taking = []
    for _ in range(4):  # each on its way before the one before has failed
        taking += [asyncio.create_task(limiter.take(limit, "somebody")) for _ in range(50)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    verdicts = await asyncio.gather(*taking)
    await pool.close()
    assert sum(verdict.allowed for verdict in verdicts) == 100
