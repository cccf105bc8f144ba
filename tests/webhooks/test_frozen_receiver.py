"""A receiver that is frozen, or whose name server is, costs an attempt of five seconds."""

import asyncio
import signal
import socket
import sys
import threading
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import aiohttp
import pytest

from lms.settings import Settings
from lms.webhooks import sending
from lms.webhooks.sending import open_sender
from tests.running import eventually, free_port


def _mine(settings: Settings) -> Settings:
    return replace(settings, webhook_allowed_nets=(ip_network("127.0.0.0/8"),))


async def test_a_frozen_receiver_costs_five_seconds(settings: Settings) -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/"

    async def listens() -> bool:
        try:
            async with aiohttp.ClientSession() as session, session.get(url):
                return True
        except aiohttp.ClientError:
            return False

    try:
        await eventually(listens)
        async with open_sender(_mine(settings), at_once=3) as sender:
            process.send_signal(signal.SIGSTOP)
            outcomes = await asyncio.gather(*(sender.post(url, b"{}", {}) for _ in range(3)))
            for outcome in outcomes:
                assert (outcome.status_code, outcome.error) == (None, "timeout")
                assert outcome.duration_ms < 6000
            process.send_signal(signal.SIGCONT)
            assert (await sender.post(url, b"{}", {})).status_code == 501
    finally:
        process.kill()
        await process.wait()


async def test_a_name_that_nobody_answers_for_costs_the_same(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sending.FIRST_BYTE_SECONDS == 5
    monkeypatch.setattr(sending, "FIRST_BYTE_SECONDS", 0.3)
    answered = threading.Event()

    def hang(*asked: Any, **more: Any) -> list[Any]:
        answered.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        async with open_sender(_mine(settings), at_once=1) as sender:
            outcome = await sender.post("http://receiver.example/", b"{}", {})
    finally:
        answered.set()
    assert outcome.error == "timeout"
    assert outcome.duration_ms < 2000
