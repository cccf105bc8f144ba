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
    await promise(
        db,
        "certificates",
        "render_certificate",
        {"certificate_id": str(certificate_id)},
        key=f"certificate:{certificate_id}",
    )
    student = await queries.get_certificate(db, certificate_id)
    await promise_email(
        db,
        "completed",
        to_user_id=student.student_id,
        key=completion_mail_key(enrollment_id),
        hold=True,  # until there is something to link to
        enrollment_id=str(enrollment_id),
    )


def completion_mail_key(enrollment_id: UUID) -> str:
    return f"completed:{enrollment_id}"
