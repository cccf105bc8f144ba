"""A promised mail is sent, with what is true when it is sent."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller

from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim, fail
from lms.core.jobs.job import GiveUp, Job
from lms.core.jobs.promises import release
from lms.core.jobs.tasks import WorkerContext
from lms.core.parsers import Parsers
from lms.core.redis_pool import RedisPool
from lms.core.storage import create_storage
from lms.notifications.compose import Letter, compose
from lms.notifications.mailbox import read_mails
from lms.notifications.mailer import FileMailer, SmtpMailer, mail_folder, open_mailer
from lms.notifications.promises import promise_email
from lms.notifications.rendering import Content
from lms.notifications.tasks import send_email
from lms.settings import Secret, Settings


class Sink:
    """An SMTP server's memory; refuses whom it is told to."""

    def __init__(self) -> None:
        self.received: list[tuple[str, list[str], bytes]] = []
        self.asked_for_utf8: list[bool] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.asked_for_utf8.append(envelope.smtp_utf8)
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@contextmanager
def _relay(*, utf8: bool) -> Iterator[tuple[Sink, str]]:
    handler = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, enable_SMTPUTF8=utf8)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    with _relay(utf8=True) as relay:
        yield relay


@pytest.fixture
def old_sink() -> Iterator[tuple[Sink, str]]:
    """A relay without SMTPUTF8, as most are."""
    with _relay(utf8=False) as relay:
        yield relay


def _worker(settings: Settings, db: Pool) -> WorkerContext:
    return WorkerContext(
        settings=settings,
        db=db,
        redis=RedisPool(settings),
        mailer=open_mailer(settings),
        storage=create_storage(settings),
        parsers=Parsers(settings),
    )


async def _add_user(db: Pool, email: str, full_name: str) -> UUID:
    async with db.acquire() as connection:
        return await connection.fetchval(
            "insert into users (email, email_key, full_name) values ($1, $1, $2) returning id",
            email,
            full_name,
        )


async def _take(db: Pool) -> Job:
    [job] = await claim(db, "emails", {"send_email": 1}, room=1, lease_seconds=60)
    return job


async def test_a_mail_goes_to_the_users_current_address(
    db: Pool, settings: Settings, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    sam = await _add_user(db, "sam@example.com", "Sam Студент")
    await _add_user(db, "olly@example.com", "Olly Outsider")
    async with begin(db) as connection:
        made = await promise_email(connection, "welcome", to_user_id=sam, key=f"welcome:{sam}")
        await promise_email(connection, "welcome", to_user_id=sam, key=f"welcome:{sam}")
        await connection.execute("update users set email = 'new@example.com' where id = $1", sam)
    job = await _take(db)
    worker = _worker(replace(settings, smtp_url=Secret(url)), db)
    await send_email(worker, job)
    await send_email(worker, job)  # as after a kill between sending and finishing
    assert [(sender, to) for sender, to, _ in server.received] == [
        ("no-reply@example.com", ["new@example.com"])
    ] * 2
    for _, _, content in server.received:
        assert f"Message-ID: <{made}@example.com>\r\n".encode() in content
    assert await claim(db, "emails", {"send_email": 9}, room=9, lease_seconds=60) == []


async def test_a_refused_address_is_given_up_and_a_busy_server_is_not(
    db: Pool, settings: Settings, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    server.refusals = {"gone@example.com": "550 no such user", "busy@example.com": "451 not now"}
    mailer = SmtpMailer(replace(settings, smtp_url=Secret(url)))
    with pytest.raises(GiveUp):
        await mailer.send(b"Subject: x\r\n\r\nx\r\n", to="gone@example.com", message_id="<1@x>")
    with pytest.raises(Exception, match="not now") as busy:
        await mailer.send(b"Subject: x\r\n\r\nx\r\n", to="busy@example.com", message_id="<1@x>")
    assert not isinstance(busy.value, GiveUp)


async def test_an_address_in_any_script_is_written_to(
    settings: Settings, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    mailer = SmtpMailer(replace(settings, smtp_url=Secret(url)))
    message = "To: żółw@example.com\r\nSubject: x\r\n\r\nx\r\n".encode()
    await mailer.send(message, to="żółw@example.com", message_id="<1@x>")
    assert server.received[0][1] == ["żółw@example.com"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("user@münchen.example", "user@xn--mnchen-3ya.example"),
        ("user@faß.example", "user@xn--fa-hia.example"),
        ("User@Example.COM", "User@Example.COM"),
        ("user@i❤.example", "user@xn--i-7iq.example"),
    ],
)
async def test_any_relay_delivers_to_a_domain_in_any_script(
    db: Pool, settings: Settings, old_sink: tuple[Sink, str], typed: str, sent: str
) -> None:
    server, url = old_sink
    changed = replace(settings, smtp_url=Secret(url), mail_from="Schule <post@schülerhaus.example>")
    sam = await _add_user(db, typed, "Sam Student")
    async with begin(db) as connection:
        await promise_email(connection, "welcome", to_user_id=sam, key=f"welcome:{sam}")
    await send_email(_worker(changed, db), await _take(db))
    [(sender, to, content)] = server.received
    assert (sender, to) == ("post@xn--schlerhaus-ceb.example", [sent])
    assert server.asked_for_utf8 == [False]
    head = content.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert f'To: "Sam Student" <{sent}>\r\n'.encode() in content
    assert b"@xn--schlerhaus-ceb.example>\r\nAuto-Submitted" in content


async def test_a_local_part_in_any_script_asks_for_smtputf8(
    settings: Settings, sink: tuple[Sink, str], old_sink: tuple[Sink, str]
) -> None:
    to = "użytkownik@münchen.example"
    content = Content("Hello", "Hello\n", "<p>Hello</p>")
    for (server, url), received in ((sink, 1), (old_sink, 0)):
        changed = replace(settings, smtp_url=Secret(url))
        message = compose(changed, Letter("<1@example.com>", "Sam", to, content))
        assert 'To: "Sam" <użytkownik@xn--mnchen-3ya.example>\r\n'.encode() in message
        with contextlib.suppress(aiosmtplib.SMTPNotSupported):
            await SmtpMailer(changed).send(message, to=to, message_id="<1@example.com>")
        assert len(server.received) == received
    assert sink[0].received[0][1] == ["użytkownik@xn--mnchen-3ya.example"]
    assert sink[0].asked_for_utf8 == [True]


async def test_an_address_that_cannot_be_mailed_is_given_up(
    settings: Settings, sink: tuple[Sink, str]
) -> None:
    server, url = sink
    mailer = SmtpMailer(replace(settings, smtp_url=Secret(url)))
    for to in ("a@[127.0.0.1]", f"{'x' * 65}@example.com", "a b@example.com", "a@b..example"):
        with pytest.raises(GiveUp):
            await mailer.send(b"Subject: x\r\n\r\nx\r\n", to=to, message_id="<1@x>")
    assert server.received == []


async def test_a_mail_is_tried_again_while_the_server_is_away(db: Pool, settings: Settings) -> None:
    async with begin(db) as connection:
        await promise_email(connection, "welcome", to_address="sam@example.com")
    job = await _take(db)
    away = _worker(replace(settings, smtp_url=Secret("smtp://bob:hunter2@127.0.0.1:1")), db)
    with pytest.raises(Exception, match="127") as caught:
        await send_email(away, job)
    assert await fail(db, job, caught.value) == "pending"


async def test_a_completion_mail_waits_for_its_certificate_and_carries_it(
    db: Pool, settings: Settings
) -> None:
    sam = await _add_user(db, "sam@example.com", "Sam Student")
    enrollment = await _add_enrollment(db, sam)
    async with begin(db) as connection:
        await promise_email(
            connection, "completed", to_user_id=sam, key="completed:1", hold=True,
            enrollment_id=enrollment,
        )  # fmt: skip
    assert await claim(db, "emails", {"send_email": 9}, room=9, lease_seconds=60) == []
    async with begin(db) as connection:
        await _add_certificate(connection, enrollment)
        await release(connection, "completed:1")
    await send_email(_worker(settings, db), await _take(db))
    mail = (await asyncio.to_thread(read_mails, mail_folder(settings), limit=1))[0]
    assert mail.to == "sam@example.com"
    assert mail.subject == "You have completed Ünïcode & Co"
    assert f"{settings.base_url}/verify/ABCD-1234" in mail.text
    assert f"{settings.base_url}/verify/ABCD-1234" in mail.html
    assert "Ünïcode &amp; Co" in mail.html


async def test_a_mail_to_a_deleted_person_is_not_sent(db: Pool, settings: Settings) -> None:
    before = await asyncio.to_thread(read_mails, mail_folder(settings), limit=100)
    async with begin(db) as connection:
        await promise_email(connection, "welcome", to_user_id=uuid4())
    await send_email(_worker(settings, db), await _take(db))
    assert await asyncio.to_thread(read_mails, mail_folder(settings), limit=100) == before


async def test_a_mail_cannot_be_promised_without_its_ids(db: Pool) -> None:
    async with begin(db) as connection:
        with pytest.raises(TypeError, match="enrollment_id"):
            await promise_email(connection, "enrolled", to_user_id=uuid4())
        with pytest.raises(TypeError, match="either"):
            await promise_email(connection, "welcome")


async def test_mails_are_read_whole_newest_first_and_a_repeat_replaces(
    settings: Settings, tmp_path: Any
) -> None:
    assert read_mails(tmp_path / "none", limit=9) == []
    mailer = FileMailer(tmp_path)
    for number in (1, 2, 3, 2):
        text = f"To: sam@example.com\r\nSubject: {number}\r\n\r\nx\r\n".encode()
        await mailer.send(text, to="sam@example.com", message_id=f"<{number}@example.com>")
    (tmp_path / ".half.eml.123").write_bytes(b"To: nobody")
    found = await asyncio.to_thread(read_mails, tmp_path, limit=9)
    assert [mail.subject for mail in found] == ["2", "3", "1"]
    assert len(await asyncio.to_thread(read_mails, tmp_path, limit=2)) == 2


async def _add_enrollment(db: Pool, student: UUID) -> UUID:
    teacher = await _add_user(db, "tara@example.com", "Tara Teacher")
    async with db.acquire() as connection:
        course = await connection.fetchval(
            "insert into courses (instructor_id, title, slug)"
            " values ($1, 'Ünïcode & Co', 'unicode-co') returning id",
            teacher,
        )
        return await connection.fetchval(
            "insert into enrollments (course_id, student_id) values ($1, $2) returning id",
            course,
            student,
        )


async def _add_certificate(connection: Any, enrollment: UUID) -> None:
    await connection.execute(
        "insert into certificates (number, enrollment_id, student_id, course_id, student_name,"
        " course_title, completed_at) select 'ABCD-1234', id, student_id, course_id, 'Sam',"
        " 'Ünïcode & Co', now() from enrollments where id = $1",
        enrollment,
    )
