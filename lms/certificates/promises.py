"""The promises by which completing a course leads to a certificate."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from lms.certificates import queries
from lms.certificates.numbers import new_number
from lms.core.jobs.promises import promise_many
from lms.notifications.promises import promise_emails


async def promise_certificates(db: asyncpg.Connection, enrollment_ids: Sequence[UUID]) -> None:
    """Promise the certificate of each completed enrolment, and the mail about it, once.

    Three statements, however many enrolments.
    """
    made = await queries.create_certificates(db, {id: new_number() for id in enrollment_ids})
    await _promise_drawings(db, [certificate.id for certificate in made], "issued")
    await promise_emails(
        db,
        "completed",
        [
            (
                certificate.student_id,
                completion_mail_key(certificate.enrollment_id),
                {"enrollment_id": certificate.enrollment_id},
            )
            for certificate in made
        ],
        hold=True,  # until the certificate that it links to is issued
    )


async def promise_reissued(db: asyncpg.Connection, certificate_id: UUID) -> None:
    """Promise a certificate that is to replace another."""
    await _promise_drawings(db, [certificate_id], "issued", kind="render_reissued_certificate")


async def promise_marked(db: asyncpg.Connection, certificate_id: UUID, status: str) -> None:
    """Promise the PDF of a revoked or replaced certificate, which bears the mark."""
    kind = "render_certificate" if status == "revoked" else "render_reissued_certificate"
    await _promise_drawings(db, [certificate_id], status, kind=kind)


async def _promise_drawings(
    db: asyncpg.Connection,
    certificate_ids: Sequence[UUID],
    state: str,
    *,
    kind: str = "render_certificate",
) -> None:
    await promise_many(
        db,
        "certificates",
        kind,
        {f"certificate:{id}:{state}": {"certificate_id": str(id)} for id in certificate_ids},
    )


def completion_mail_key(enrollment_id: UUID) -> str:
    return f"completed:{enrollment_id}"
