"""How completing a course leads to a certificate."""

from uuid import UUID

import asyncpg

from lms.certificates import queries
from lms.certificates.numbers import new_number
from lms.jobs import promise
from lms.notifications.promises import promise_email


async def promise_certificate(db: asyncpg.Connection, enrollment_id: UUID) -> None:
    """Promise the certificate of a completed enrolment, and the mail that carries it, once."""
    certificate_id = await queries.create_certificate(db, enrollment_id, new_number())
    if certificate_id is None:
        return
    await _promise_drawing(db, certificate_id, "issued")
    student = await queries.get_certificate(db, certificate_id)
    await promise_email(
        db,
        "completed",
        to_user_id=student.student_id,
        key=completion_mail_key(enrollment_id),
        hold=True,  # until there is something to link to
        enrollment_id=str(enrollment_id),
    )


async def promise_revoked(db: asyncpg.Connection, certificate_id: UUID) -> None:
    """Promise the PDF of a revoked certificate, which bears the mark."""
    await _promise_drawing(db, certificate_id, "revoked")


async def _promise_drawing(db: asyncpg.Connection, certificate_id: UUID, state: str) -> None:
    await promise(
        db,
        "certificates",
        "render_certificate",
        {"certificate_id": str(certificate_id)},
        key=f"certificate:{certificate_id}:{state}",
    )


def completion_mail_key(enrollment_id: UUID) -> str:
    return f"completed:{enrollment_id}"
