"""Events about certificates."""

from typing import Any

import asyncpg

from lms.certificates.queries import Certificate
from lms.events.log import record_event


async def record_certificate(db: asyncpg.Connection, type: str, certificate: Certificate) -> None:
    """`certificate.issued`, `certificate.revoked` or `certificate.replaced`."""
    data: dict[str, Any] = {
        "certificate_id": certificate.id,
        "number": certificate.number,
        "enrollment_id": certificate.enrollment_id,
        "course_id": certificate.course_id,
        "student_id": certificate.student_id,
        "issued_at": certificate.issued_at,
        "expires_at": certificate.expires_at,
        "revoked_at": certificate.revoked_at,
    }
    if type == "certificate.replaced":
        data["replaced_by"] = certificate.replaced_by
    await record_event(db, type, data, course_id=certificate.course_id)
