"""One HTTP request to somebody else's server, which may be slow, hostile, or one of ours.

The address is checked where it cannot change any more: in the factory of the socket that is
about to connect. The resolver is not enough, because aiohttp does not ask it for literals.
"""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from lms.core.log import get_logger
from lms.errors import LMSError
from lms.settings import Settings
from lms.webhooks.addresses import check_url, is_forbidden

log = get_logger(__name__)

TIMEOUT_SECONDS = 15.0  # of a whole attempt
FIRST_BYTE_SECONDS = 5.0  # of each: the name's look-up, TCP, TLS, and the wait for the reply
_BUFFER_BYTES = 4096  # of a reply that nobody reads; more is never taken from the network


class ForbiddenAddress(OSError):
    """A host name resolves to an address to which we send nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one attempt: a status, or why there was none (never an address)."""

    status_code: int | None
    error: str | None
    duration_ms: int

    @property
    def is_success(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300


@cache
def _threads(receivers: int) -> ThreadPoolExecutor:
    """A resolver with threads of its own: look-ups that hang must not delay files and certificates.

    It has two threads for each receiver served at once: a look-up that was given up may still hang.
    """
    return ThreadPoolExecutor(2 * receivers, thread_name_prefix="webhook-names")


class PublicResolver(AbstractResolver):
    """The system's resolver, without addresses that webhooks may not reach."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = settings.webhook_allowed_nets
        self._threads = _threads(settings.webhook_concurrency)
        self._asking: dict[tuple[str, int, int], asyncio.Future[list[Any]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        asked = (host, port, family)
        asking = self._asking.get(asked)
        if asking is None or asking.done():
            # Requests for the same name share a look-up, so that a name that hangs takes one
            # thread.
            loop = asyncio.get_running_loop()
            asking = loop.run_in_executor(self._threads, self._ask, *asked)
            asking.add_done_callback(_note_unheard)
            self._asking[asked] = asking
        async with asyncio.timeout(FIRST_BYTE_SECONDS):
            found = await asyncio.shield(asking)
        results = [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, proto, _, address in found
            if not is_forbidden(ip_address(address[0]), self._allowed)
        ]
        if not results:
            raise ForbiddenAddress(f"{host} has no address that is for webhooks")
        return results

    def _ask(self, host: str, port: int, family: socket.AddressFamily) -> list[Any]:
        return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)

    async def close(self) -> None:
        """Does nothing: the threads are shared."""


def _note_unheard(asking: asyncio.Future[list[Any]]) -> None:
    """Ignore the failure of a look-up when all who asked for it have gone."""
    if not asking.cancelled():
        asking.exception()


@asynccontextmanager
async def open_sender(settings: Settings, *, at_once: int) -> AsyncIterator["Sender"]:
    """Sends to one receiver, at most `at_once` requests at a time."""
    allowed = settings.webhook_allowed_nets

    def connectable(info: Any) -> socket.socket:
        family, kind, proto, _, address = info
        if is_forbidden(ip_address(address[0]), allowed):
            raise ForbiddenAddress("not an address for webhooks")
        return socket.socket(family, kind, proto)

    connector = aiohttp.TCPConnector(
        resolver=PublicResolver(settings),
        use_dns_cache=False,  # what was resolved is what is connected to, each time
        socket_factory=connectable,
        force_close=True,
        limit=at_once,
    )
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(
            total=TIMEOUT_SECONDS, sock_connect=FIRST_BYTE_SECONDS, sock_read=FIRST_BYTE_SECONDS
        ),
        auto_decompress=False,
        read_bufsize=_BUFFER_BYTES,
        headers={"User-Agent": "lms-webhooks/1", "Content-Type": "application/json"},
    ) as session:
        yield Sender(session, settings)


class Sender:
    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._session, self._settings = session, settings

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        """One attempt; whatever goes wrong is in the outcome."""
        started = time.monotonic()
        status: int | None = None
        error: str | None = None
        try:
            target = check_url(url, self._settings)  # the rules may be stricter than at creation
            async with self._session.post(
                URL(target, encoded=True),
                data=body,
                headers=headers,
                allow_redirects=False,
            ) as reply:
                status = reply.status
                reply.close()  # we do not need the body, which may be endless
        except (LMSError, aiohttp.ClientError, OSError, ValueError) as failure:
            error = _reason(failure)
            log.info("a webhook was not delivered", reason=error, cause=type(failure).__name__)
        if status is not None and not 200 <= status < 300:
            error = "redirect" if 300 <= status < 400 else "refused"
        return Outcome(status, error, int((time.monotonic() - started) * 1000))


def _reason(failure: BaseException) -> str:
    """The reason in a word for the receiver's owner; it names no internal address or port."""
    cause = getattr(failure, "os_error", None) or failure
    if isinstance(cause, (ForbiddenAddress, LMSError)):
        return "forbidden_address"
    if isinstance(failure, TimeoutError):
        return "timeout"
    if isinstance(failure, aiohttp.ClientSSLError) or isinstance(cause, ssl.SSLError):
        return "tls_failed"
    if isinstance(cause, socket.gaierror):
        return "name_not_found"
    if isinstance(failure, aiohttp.ClientConnectorError):
        return "connection_failed"
    if isinstance(failure, (aiohttp.ServerDisconnectedError, ConnectionError)):
        return "connection_lost"
    return "bad_response"
