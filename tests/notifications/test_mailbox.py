"""The developers' mailbox shows what would have been sent."""

from dataclasses import replace
from uuid import uuid4

from lms.app import create_app
from lms.notifications.compose import Letter, compose
from lms.notifications.mailer import open_mailer
from lms.notifications.rendering import Content
from lms.settings import Secret, Settings
from tests.api import Api


async def _send(settings: Settings, to: str, subject: str) -> None:
    message_id = f"<{uuid4()}@example.com>"
    content = Content(subject, "Hello & <welcome>\n", "<p>Hello</p>")
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


def test_production_has_no_mailbox(settings: Settings) -> None:
    key = Secret("k1:" + "x" * 32)
    app = create_app(replace(settings, environment="production", secret_keys=(key,)))
    paths = {resource.canonical for resource in app.router.resources()}
    assert "/api/v1/health" in paths
    assert not any(path.startswith("/dev/") for path in paths)
