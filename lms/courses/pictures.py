"""The pictures of a course: its thumbnail, and the pictures on its certificates."""

from typing import Any
from uuid import UUID

import asyncpg

from lms.core.http.request import CurrentUser
from lms.courses.queries import Course
from lms.errors import FieldError, Invalid, gathering
from lms.files.attaching import check_attachable
from lms.files.kinds import IMAGES


async def check_pictures(
    db: asyncpg.Connection, user: CurrentUser, changes: dict[str, Any], course: Course | None = None
) -> None:
    """Raise Invalid for files that are not images, or that the author may not attach."""
    faults: list[FieldError] = []
    if "thumbnail_file_id" in changes:
        with gathering(faults):
            await check_attachable(
                db,
                user,
                changes["thumbnail_file_id"],
                pointer="/thumbnail_file_id",
                now=course.thumbnail_file_id if course else None,
                course_id=course.id if course else None,
                types=IMAGES,
                expected="an image",
            )
    for name in ("logo_file_id", "signature_file_id"):
        kept = course.certificate.get(name) if course else None
        with gathering(faults):
            await check_attachable(
                db,
                user,
                changes.get("certificate", {}).get(name),
                pointer=f"/certificate/{name}",
                now=UUID(kept) if kept else None,
                course_id=course.id if course else None,
                types=IMAGES,
                expected="an image",
            )
    if faults:
        raise Invalid(errors=faults)
