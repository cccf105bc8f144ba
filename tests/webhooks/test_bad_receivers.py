"""Receivers that hang, break the protocol or are not allowed harm nobody else."""

import asyncio
import resource
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.core.jobs.conftest import working
from tests.people import Person
from tests.webhooks.conftest import (
    LOOPBACK,
    Sink,
    context,
    deliver,
    make_webhook,
    open_sink,
    raw_receiver,
)
from tests.webhooks.deliveries import list_deliveries, record_completions

pytestmark = pytest.mark.usefixtures("open_nets")


async def test_bad_receivers_delay_no_others_and_fill_no_memory(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any
) -> None:
    """One hangs, one answers without end, one drips headers, beside twenty good ones."""
    sent = 0
    measured = asyncio.Event()  # then the bad ones end, so that the worker need not wait for them

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await measured.wait()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-A: ")
        while not measured.is_set():
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.5)

    good = 20

    async def p99(bad: list[str], rounds: int) -> float:
        """Of the time from an event's commit to its arrival at a good receiver."""
        async with AsyncExitStack() as stack:
            sinks = [await stack.enter_async_context(open_sink()) for _ in range(good)]
            webhooks = [
                await make_webhook(api, tara, url) for url in (*bad, *(sink.url for sink in sinks))
            ]
            recorded: dict[str, float] = {}
            async with working(brisk, "webhooks"):
                for _ in range(rounds):
                    for made in await record_completions(db, course, times=2):
                        recorded[made] = asyncio.get_running_loop().time()
                    await asyncio.sleep(0.1)
                for sink in sinks:
                    await sink.wait_for(2 * rounds, seconds=120)
                if bad:
                    measured.set()
            for webhook in webhooks:
                await api.delete(f"/webhooks/{webhook['id']}", as_=tara)
        waits = sorted(
            one.at - recorded[one.headers["webhook-id"]] for sink in sinks for one in sink.received
        )
        assert len(waits) == good * 2 * rounds
        return waits[int(len(waits) * 0.99)]

    brisk = replace(settings, webhook_allowed_nets=LOOPBACK, sweep_seconds=0.2)
    alone = await p99([], 1)  # for the report of a failure, and so that all is loaded below
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with AsyncExitStack() as stack:
        bad = [await stack.enter_async_context(raw_receiver(h)) for h in (hang, endless, drip)]
        beside = await p99(bad, 5)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert beside < 5.0, (alone, beside)
    assert grown < 30_000  # kB
    # What the endless one got rid of stayed in the buffers of its sockets and ours.
    assert sent < 20 * 8 * 2**20


async def test_the_time_limit_is_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from lms.webhooks import sending

    assert sending.TIMEOUT_SECONDS == 15
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 0.3)

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    mine = replace(settings, webhook_allowed_nets=LOOPBACK)
    async with raw_receiver(hang) as url, sending.open_sender(mine, at_once=1) as sender:
        started = time.monotonic()
        outcome = await sender.post(url, b"{}", {})
    assert (outcome.status_code, outcome.error) == (None, "timeout")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", "connection_lost"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: " + b"a" * 100_000 + b"\r\n\r\n", "bad_response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "bad_response"),
    ],
)
async def test_a_broken_reply_costs_one_attempt_only(
    settings: Settings, answer: bytes, error: str
) -> None:
    from lms.webhooks.sending import open_sender

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    mine = replace(settings, webhook_allowed_nets=LOOPBACK)
    async with raw_receiver(reply) as url, open_sender(mine, at_once=1) as sender:
        assert (await sender.post(url, b"{}", {})).error == error
        assert (await sender.post("http://127.0.0.1:1/", b"{}", {})).error == "connection_failed"


async def test_production_sends_to_https_only(
    api: Api, db: Pool, settings: Settings, tara: Person, course: Any, sink: Sink
) -> None:
    webhook = await make_webhook(api, tara, sink.url)
    await record_completions(db, course)
    await deliver(context(settings, db, environment="production"))
    [noted] = await list_deliveries(api, tara, webhook)
    assert noted["attempts"][0]["error"] == "forbidden_address"
    assert sink.received == []
