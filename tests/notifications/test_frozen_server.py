"""A mail server that is frozen, or falls silent, costs seconds and no mail."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from lms.notifications import mailer
from lms.notifications.mailer import SmtpMailer
from lms.settings import Secret, Settings
from tests.running import eventually, free_port

_MAIL = b"Subject: Hello\r\n\r\nHello.\r\n"


async def _send(settings: Settings, port: int) -> None:
    mine = replace(settings, smtp_url=Secret(f"smtp://127.0.0.1:{port}"))
    await SmtpMailer(mine).send(_MAIL, to="sam@example.com", message_id="<a@example.com>")


async def _cost(settings: Settings, port: int) -> float:
    began = time.monotonic()
    with pytest.raises((OSError, TimeoutError)):
        await _send(settings, port)
    return time.monotonic() - began


@contextlib.asynccontextmanager
async def _server() -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}",
        "-c", "aiosmtpd.handlers.Sink", env=os.environ,
    )  # fmt: skip

    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    try:
        await eventually(listens)
        yield process, port
    finally:
        process.kill()
        await process.wait()


async def test_a_frozen_mail_server_costs_five_seconds(settings: Settings) -> None:
    async with _server() as (process, port):
        await _send(settings, port)
        process.send_signal(signal.SIGSTOP)
        costs = await asyncio.gather(*(_cost(settings, port) for _ in range(3)))
        assert max(costs) < 6, costs
        process.send_signal(signal.SIGCONT)
        await _send(settings, port)


@contextlib.asynccontextmanager
async def _silent_after(command: bytes) -> AsyncIterator[int]:
    """A server that answers until it hears this command, and then never again."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while (line := (await reader.readline()).strip()) and not line.startswith(command):
            writer.write(b"354 go on\r\n" if line == b"DATA" else b"250 well\r\n")
            if line == b"DATA":
                await reader.readuntil(b"\r\n.\r\n")
                if command == b".":
                    break
                writer.write(b"250 taken\r\n")
        await asyncio.Event().wait()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_a_mail_that_was_taken_is_not_sent_again_for_want_of_a_goodbye(
    settings: Settings,
) -> None:
    async with _silent_after(b"QUIT") as port:
        began = time.monotonic()
        await _send(settings, port)  # an error would have it sent again
        assert time.monotonic() - began < 3


@pytest.mark.parametrize("command", [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"."])
async def test_silence_in_the_middle_costs_the_time_between_replies(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, command: bytes
) -> None:
    assert mailer.BETWEEN_REPLIES_SECONDS == 15
    monkeypatch.setattr(mailer, "BETWEEN_REPLIES_SECONDS", 0.3)
    async with _silent_after(command) as port:
        assert await _cost(settings, port) < 3
