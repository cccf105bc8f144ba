"""A message says what was meant, whatever is in the names."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from uuid import UUID

import pytest

from lms.core.jobs.job import Refused
from lms.notifications.compose import Letter, compose, message_id_of
from lms.notifications.mails import MAILS
from lms.notifications.rendering import Content, check_templates, one_line, render
from lms.settings import Settings, SettingsError

JOB = UUID("01990000-0000-7000-8000-000000000001")

NAMES = [
    "Sam Student",
    "O'Brien, Ñandú",
    'Sam "the Man" <Student>',
    "Nguyễn Thị Ánh",
    "محمد عبد الله",
    "שרה כהן",
    "अनुष्का शर्मा",
    "王小明",
    "👩‍🎓 Ada",
    "Łukasz " + "Brzęczyszczykiewicz " * 9,
    "x" * 200,
]

HOSTILE = [
    "Sam\r\nBcc: eve@example.com",
    "Sam\nBcc: eve@example.com",
    "Sam\u2028Bcc: eve@example.com",
    "=?utf-8?q?Sam=0D=0ABcc=3A_eve=40example=2Ecom?=",
    "=?utf-8?b?U2FtDQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=",
    "Sam\0\x1b[31m",
    "Sam <eve@example.com>, Eve",
]


def _message(settings: Settings, name: str, subject: str = "Hello") -> EmailMessage:
    content = Content(subject=one_line(subject), text=f"Dear {name}\n", html=f"<p>{name}</p>")
    letter = Letter(message_id_of(settings, JOB), name, "sam@example.com", content)
    raw = compose(settings, letter)
    head = raw.partition(b"\r\n\r\n")[0]
    for line in head.split(b"\r\n"):
        # Every line is a field of ours or the continuation of one.
        assert line.startswith((b" ", b"\t")) or line.partition(b":")[0] in FIELDS, line
        assert len(line) <= 998
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def _decoded_name(message: EmailMessage) -> str:
    # Not `addresses[0].display_name`, which in Python 3.11 keeps the spaces between encoded words.
    [written] = [value for name, value in message.raw_items() if name == "To"]
    words = parseaddr(" ".join(written.split()))[0]
    return str(make_header(decode_header(words)))


FIELDS = {
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"MIME-Version",
    b"Content-Type",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_and_subjects_arrive_as_they_are(settings: Settings, name: str) -> None:
    message = _message(settings, name, subject=f"Welcome, {name}")
    assert message["To"].addresses[0].addr_spec == "sam@example.com"
    assert _decoded_name(message) == one_line(name)
    assert message["Subject"] == one_line(f"Welcome, {name}")
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content() == f"Dear {name}\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_can_add_a_header_or_a_recipient(settings: Settings, text: str) -> None:
    message = _message(settings, text, subject=text)
    assert len(message.get_all("To", [])) == 1
    assert [address.addr_spec for address in message["To"].addresses] == ["sam@example.com"]
    assert message["Bcc"] is None
    assert message["Subject"] == one_line(text)


@pytest.mark.parametrize(
    "address",
    ["sam@example.com\r\nBcc: eve@example.com", "a@b.com, eve@example.com", "<eve>@b.com", "", "@"],
)
def test_a_mail_to_several_addresses_in_one_is_given_up(settings: Settings, address: str) -> None:
    letter = Letter("<1@x>", "Sam", address, Content("Hello", "Hello\n", "<p>Hello</p>"))
    with pytest.raises(Refused):
        compose(settings, letter)


def test_the_message_id_is_the_jobs(settings: Settings) -> None:
    assert message_id_of(settings, JOB) == f"<{JOB}@example.com>"
    message = _message(settings, "Sam")
    assert message["Message-ID"] == f"<{JOB}@example.com>"
    assert message["Date"].datetime.tzinfo is not None


@pytest.mark.parametrize("name", sorted(MAILS))
def test_every_mail_has_its_templates_and_escapes_what_people_wrote(
    settings: Settings, name: str
) -> None:
    facts = {
        "full_name": "Sam <b>{{7*7}}</b>",
        "course_title": "R&D <script>\n{{7*7}}",
        "course_url": "https://learn.example.com/courses/r-d",
        "certificate_number": "ABC-123",
        "certificate_url": "https://learn.example.com/verify/ABC-123",
        "link": "https://learn.example.com/verify-email?token=abc",
        "change": "enabled",
        "device": "Browser <script>1",
        "ip": "192.0.2.1",
        "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "host": "hooks.example.com",
        "keeps_certificates": True,
        "reason": "gone",
        "webhook_id": "0198c5f2-7b1e-7c3a-9f00-3d2c4b5a6978",
    }
    content = render(settings, name, facts)
    assert content.subject
    assert "\n" not in content.subject
    assert "Sam <b>{{7*7}}</b>" in content.text
    assert "Sam &lt;b&gt;{{7*7}}&lt;/b&gt;" in content.html
    assert "<script>" not in content.html


def test_an_operators_template_replaces_ours(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "welcome.txt").write_text(
        "{% extends 'layout.txt' %}{% block subject %}Hi {{ full_name }}{% endblock %}"
    )
    own = replace(settings, mail_templates_dir=tmp_path)
    assert render(own, "welcome", {"full_name": "Sam"}).subject == "Hi Sam"
    assert "your account is ready" in render(own, "welcome", {"full_name": "Sam"}).html
    assert render(settings, "welcome", {"full_name": "Sam"}).subject.startswith("Welcome")


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("welcome.txt", "{% block subject %}", "welcome"),
        ("welcome.txt", "{% extends 'layout.txt' %}Hi", "subject"),
        ("welcome.html", "{{ full_name ", "welcome"),
        ("completed.html", b"\xff\xfe", "completed"),
    ],
)
def test_templates_that_cannot_be_used_stop_the_start(
    settings: Settings, tmp_path: Path, name: str, content: str | bytes, fault: str
) -> None:
    own = replace(settings, mail_templates_dir=tmp_path)
    check_templates(own, MAILS)
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SettingsError, match=f"LMS_MAIL_TEMPLATES_DIR.*{fault}"):
        check_templates(own, MAILS)
    with pytest.raises(SettingsError, match="no folder"):
        check_templates(replace(settings, mail_templates_dir=tmp_path / "missing"), MAILS)
