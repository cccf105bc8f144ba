"""No internal address is reached, however it is written, resolved or redirected to."""

import asyncio
import contextlib
import socket
import threading
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import LMSError
from lms.settings import Settings
from lms.webhooks.addresses import WebhookUrlForbidden, check_url, is_forbidden
from lms.webhooks.sending import PublicResolver, open_sender
from tests.webhooks.conftest import LOOPBACK, Sink, open_sink

SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0x7f.0.0.0x1",
    "127.0.0.1.",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "①②⑦.0.0.1",
    "１２７.0.0.1",
    "١٢٧.0.0.1",
    "⑯⑨。②⑤④。⑯⑨｡②⑤④",
    "%31%32%37.0.0.1",
    "127.0.0.0x1",
    "0x7F.0.0.1",
    "00000177.0.0.1",
    "0.0.0.0",
    "0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "ｌｏｃａｌｈｏｓｔ",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.0.1",
    "192.0.0.9",
    "198.18.0.1",
    "2852039166",
    "0xA9FEA9FE",
    "192.88.99.1",
    "[::1]",
    "[::]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001:0:1::1]",
    "[2001:1::1]",
    "[::ffff:0:127.0.0.1]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd12::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[5f00::1]",
    "[fe80::1%25eth0]",
    "[2001:db8::1]",
    "[::1].",
]

ODD = [
    "https://user@127.0.0.1/",
    "https://user:pass@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/",
    "https://127.0.0.1:443@hooks.example.com/",
    "https://hooks.example.com\\@127.0.0.1/",
    "file:///etc/passwd",
    "ftp://hooks.example.com/",
    "//127.0.0.1/",
    "https:///x",
    "https://",
    "hooks.example.com",
    "javascript:alert(1)",
    "https://1.2.3.4.5/",
    "https://256.1.1.1/",
    "https://1.2.3.09/",
    "https://0x/",
    "https://[::1/",
    "https://exa%00mple.com/",
    "https://exa%20mple.com/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com:x/",
    "gopher://127.0.0.1/",
    "https://4294967296/",
    "https://[1.2.3.4]/",
    "https://1.2.3.99999/",
]


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_an_internal_host_is_refused_in_any_spelling(
    settings: Settings, scheme: str, host: str
) -> None:
    with pytest.raises(WebhookUrlForbidden):
        check_url(f"{scheme}://{host}/hook", settings)
    with pytest.raises(WebhookUrlForbidden):
        check_url(f"{scheme}://{host}:8443/hook", settings)


@pytest.mark.parametrize("url", ODD)
def test_a_url_with_unusual_parts_is_refused(settings: Settings, url: str) -> None:
    with pytest.raises(WebhookUrlForbidden):
        check_url(url, settings)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://hooks.example.com", "https://hooks.example.com"),
        ("https://hooks.example.com/a?b=c#d", "https://hooks.example.com/a?b=c"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://8.8.8.8:8443/x", "https://8.8.8.8:8443/x"),
        ("https://134744072/x", "https://8.8.8.8/x"),
        ("https://[2606:4700:4700::1111]/x", "https://[2606:4700:4700::1111]/x"),
        ("https://1and1.example/", "https://1and1.example/"),
        ("https://a.b0x/", "https://a.b0x/"),
        ("https://@hooks.example.com/", "https://hooks.example.com/"),
    ],
)
def test_a_public_url_is_normalized_as_it_is_called(
    settings: Settings, given: str, kept: str
) -> None:
    assert check_url(given, settings) == kept


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    from lms.settings import load_settings

    for url in (text, f"https://{text}/", f"https://[{text}]/"):
        with contextlib.suppress(LMSError):
            check_url(url, load_settings({}))


@pytest.mark.parametrize("name", ["127.0.0.1", "::ffff:127.0.0.1", "::1", "fe80::1%lo"])
def test_addresses_embedded_in_others_are_judged_too(name: str) -> None:
    assert is_forbidden(ip_address(name), ())


def test_a_network_can_be_allowed() -> None:
    allowed = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))
    assert not is_forbidden(ip_address("10.1.2.3"), allowed)
    assert not is_forbidden(ip_address("::ffff:10.1.2.3"), allowed)
    assert not is_forbidden(ip_address("fd12::1"), allowed)
    assert is_forbidden(ip_address("10.2.2.3"), allowed)
    assert is_forbidden(ip_address("127.0.0.1"), allowed)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What names resolve to, one answer after the other: the system's resolver is the world."""
    answers: dict[str, list[list[str]]] = {}

    def ask(self: Any, host: str, port: int, family: Any) -> list[Any]:
        found = answers[host]
        current = found.pop(0) if len(found) > 1 else found[0]
        if not current:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        kinds = {a: socket.AF_INET6 if ":" in a else socket.AF_INET for a in current}
        return [(kinds[a], socket.SOCK_STREAM, 6, "", (a, port)) for a in current]

    monkeypatch.setattr(PublicResolver, "_ask", ask)
    return answers


async def _post(settings: Settings, url: str) -> str | None:
    async with open_sender(settings, at_once=1) as sender:
        return (await sender.post(url, b"{}", {})).error


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["64:ff9b::7f00:1"]],
)
async def test_a_name_with_an_internal_address_is_not_called(
    settings: Settings, sink: Sink, names: dict[str, list[list[str]]], answer: list[str]
) -> None:
    names["evil.example"] = [answer]
    url = sink.url.replace("127.0.0.1", "evil.example")
    assert await _post(settings, url) == "forbidden_address"
    assert sink.received == []


async def test_a_name_that_changes_after_the_check_is_not_followed(
    settings: Settings, sink: Sink, names: dict[str, list[list[str]]]
) -> None:
    """DNS rebinding: whatever was resolved before, what is connected to is what is checked."""
    names["evil.example"] = [["203.0.113.1"], ["127.0.0.1"], ["203.0.113.1"], ["127.0.0.1"]]
    url = sink.url.replace("127.0.0.1", "evil.example")
    for _ in range(4):
        await _post(settings, url)
    assert sink.received == []


async def test_an_address_that_passed_the_check_is_checked_at_connection(
    settings: Settings, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.webhooks.sending.check_url", lambda url, settings: url)
    for host in ("127.0.0.1", "[::ffff:127.0.0.1]", "127。0。0。1", "①②⑦.0.0.1", "x@127.0.0.1"):
        error = await _post(settings, sink.url.replace("127.0.0.1", host))
        assert error in ("forbidden_address", "bad_response", "name_not_found"), (host, error)
    assert sink.received == []


async def test_a_redirect_inside_is_not_followed(settings: Settings) -> None:
    mine = replace(settings, webhook_allowed_nets=LOOPBACK)
    async with open_sink() as outer, open_sink() as inner:
        outer.answer = lambda count: 307
        outer.location = inner.url
        assert await _post(mine, outer.url) == "redirect"
        assert (len(outer.received), len(inner.received)) == (1, 0)


async def test_names_that_hang_keep_no_other_names_waiting(
    settings: Settings, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many bad receivers as are served at once but one, with five requests each."""
    let_go = threading.Event()

    def ask(self: Any, host: str, port: int, family: Any) -> list[Any]:
        if host == "good.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        let_go.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(PublicResolver, "_ask", ask)
    mine = replace(settings, webhook_allowed_nets=LOOPBACK)
    async with contextlib.AsyncExitStack() as stack:
        posts = []
        for number in range(settings.webhook_concurrency - 1):
            sender = await stack.enter_async_context(open_sender(mine, at_once=5))
            url = f"https://slow-{number}.example/"
            posts += [asyncio.create_task(sender.post(url, b"{}", {})) for _ in range(5)]
        await asyncio.sleep(0.1)  # they have all begun
        async with asyncio.timeout(5):
            assert await _post(mine, sink.url.replace("127.0.0.1", "good.example")) is None
        assert not any(post.done() for post in posts)
        let_go.set()
        assert {one.error for one in await asyncio.gather(*posts)} == {"name_not_found"}
    assert len(sink.received) == 1


async def test_names_that_hang_do_not_keep_files_from_being_written(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()

    def hang(self: Any, *_: Any) -> list[Any]:
        let_go.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    monkeypatch.setattr(PublicResolver, "_ask", hang)
    posts = [asyncio.create_task(_post(settings, "https://slow.example/")) for _ in range(40)]
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        await asyncio.to_thread(lambda: None)
    let_go.set()
    assert set(await asyncio.gather(*posts)) == {"name_not_found"}
