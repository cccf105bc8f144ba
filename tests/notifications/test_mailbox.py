"""The developers' mailbox shows what would have been sent."""

import html
import os
import re
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from lms.app import create_app
from lms.notifications import handlers
from lms.notifications.compose import Letter, compose
from lms.notifications.mailer import mail_folder, open_mailer
from lms.notifications.rendering import Content
from lms.settings import Secret, Settings
from tests.api import Api


async def _send(settings: Settings, to: str, subject: str, html: str = "<p>Hello</p>") -> None:
    message_id = f"<{uuid4()}@example.com>"
    content = Content(subject, "Hello & <welcome>\n", html)
    letter = Letter(message_id, "Sam", to, content)
    await open_mailer(settings).send(compose(settings, letter), to=to, message_id=message_id)


async def test_mails_are_listed_newest_first(api: Api, settings: Settings) -> None:
    await _send(settings, "olly@example.com", "The first")
    await _send(settings, "sam@example.com", "The second, für Sam")
    newest, before = (await api.get("/dev/mail.json", root=True)).data[:2]
    assert (newest["to"], newest["subject"]) == ("sam@example.com", "The second, für Sam")
    assert newest["text"] == "Hello & <welcome>\n"
    assert newest["html"].strip() == "<p>Hello</p>"
    assert before["to"] == "olly@example.com"
    assert newest["sent_at"] > before["sent_at"]


async def test_addresses_in_any_script_break_no_mailbox(api: Api, settings: Settings) -> None:
    typed = ["üser@example.com", "ａ@b.co", "sam@example.com"]
    for number, address in enumerate(typed):
        await _send(settings, address, f"Number {number}")
    reply = await api.get("/dev/mail.json", root=True)
    assert [mail["to"] for mail in reply.data[:3]] == typed[::-1]
    page = await api.get("/dev/mail", root=True)
    assert page.status == 200
    assert "üser@example.com" in page.body.decode()


async def test_the_page_shows_what_people_wrote_as_text(api: Api, settings: Settings) -> None:
    await _send(settings, "sam@example.com", "<script>alert(1)</script>")
    page = await api.get("/dev/mail", root=True)
    assert page.status == 200
    text = page.body.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>" not in text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_a_mail_is_shown_as_it_will_look_with_links_to_click(
    api: Api, settings: Settings
) -> None:
    link = "https://learn.example.org/verify-email?token=a&amp;b"
    mail = f'<html><head></head><body style="color: red"><a href="{link}">Here</a></body></html>'
    await _send(settings, "frame@example.com", "Framed", html=mail)
    page = (await api.get("/dev/mail?to=frame@example.com", root=True)).body.decode()
    [frame] = re.findall(r"<iframe[^>]*>", page)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame  # and no script
    found = re.search(r'srcdoc="([^"]*)"', frame)
    assert found is not None
    shown = html.unescape(found[1])
    assert f'<a href="{link}">Here</a>' in shown
    assert '<head><base target="_blank">' in shown


async def test_mails_are_found_by_their_recipient(api: Api, settings: Settings) -> None:
    for to in ("ann@example.com", "bo@example.com", "ann@example.com", "joann@example.com"):
        await _send(settings, to, f"To {to}")
    for asked in ("ann@example.com", "Ann@Example.COM"):
        found = (await api.get(f"/dev/mail.json?to={asked}", root=True)).data
        assert [mail["to"] for mail in found] == ["ann@example.com"] * 2
    page = (await api.get("/dev/mail?to=ann@example.com", root=True)).body.decode()
    assert page.count("To ann@example.com") >= 2
    assert "bo@example.com" not in page
    for nobody in ("nobody@example.com", "nobody", "x@", "%20"):
        assert (await api.get(f"/dev/mail.json?to={nobody}", root=True)).data == []
        assert (await api.get(f"/dev/mail?to={nobody}", root=True)).status == 200


async def test_mails_come_in_pages(api: Api, settings: Settings) -> None:
    for n in range(5):
        await _send(settings, "pages@example.com", f"Number {n}")
    path = "/dev/mail.json?to=pages@example.com&limit=2"
    subjects, cursor = [], ""
    while cursor is not None:
        reply = await api.get(path + cursor, root=True)
        subjects += [mail["subject"] for mail in reply.data]
        following = reply.meta["next_cursor"]
        cursor = following and f"&cursor={following}"
    assert subjects == [f"Number {n}" for n in (4, 3, 2, 1, 0)]
    total = await api.get(f"{path}&include_total=true", root=True)
    assert total.meta["total"] == 5
    first = (await api.get("/dev/mail?to=pages@example.com&limit=2", root=True)).body.decode()
    older = re.search(r'<a href="(\?[^"]*)">Older mails', first)
    assert older is not None
    second = (await api.get("/dev/mail" + html.unescape(older[1]), root=True)).body.decode()
    assert "Number 2" in second
    assert "Number 4" not in second


async def test_a_mail_that_is_damaged_hides_no_other(api: Api, settings: Settings) -> None:
    await _send(settings, "whole@example.com", "Whole")
    folder = mail_folder(settings)
    (folder / "a.eml").write_bytes(b"\xff\xfe\0 nothing of a mail")
    (folder / "b.eml").write_bytes(
        "To: üser@münchen.example\r\nSubject: =?nope?b?!!?=\r\n\r\n".encode()
    )
    (folder / "c.eml").write_bytes(b"")
    listed = (await api.get("/dev/mail.json", root=True)).data
    assert {"whole@example.com", "üser@münchen.example"} <= {mail["to"] for mail in listed}
    assert (await api.get("/dev/mail", root=True)).status == 200


async def test_five_thousand_mails_cost_little(api: Api, settings: Settings) -> None:
    folder = mail_folder(settings)
    await _send(settings, "many@example.com", "One of many")
    one = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns).read_bytes()
    for n in range(5000):
        path = folder / f"many-{n}.eml"
        path.write_bytes(one)
        os.utime(path, (1_000_000_000 + n, 1_000_000_000 + n))
    try:
        await api.get("/dev/mail.json", root=True)
        before = time.process_time()
        for path in ("/dev/mail.json", "/dev/mail", "/dev/mail.json?limit=20"):
            assert (await api.get(path, root=True, check=False)).status == 200
        assert time.process_time() - before < 0.6  # for three; 500 mails took 0.6 to 1.9 s
    finally:
        for n in range(5000):
            (folder / f"many-{n}.eml").unlink()


async def test_a_slow_page_does_not_blame_what_we_depend_on(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_slowly(*_: Any, **__: Any) -> None:
        time.sleep(5)  # the deadline of a request is 4.5 s

    monkeypatch.setattr(handlers, "read_mails", read_slowly)
    reply = await api.get("/dev/mail.json", root=True)
    assert (reply.status, reply.code) == (503, "unavailable")
    assert reply.json["detail"] == "This took too long; try again shortly."


def test_production_has_no_mailbox(settings: Settings) -> None:
    key = Secret("k1:" + "x" * 32)
    app = create_app(replace(settings, environment="production", secret_keys=(key,)))
    paths = {resource.canonical for resource in app.router.resources()}
    assert "/api/v1/health" in paths
    assert not any(path.startswith("/dev/") for path in paths)
