"""The demo's second course: places that wait, a removed student, a certificate put right."""

import asyncio
from uuid import UUID

import asyncpg

from lms.certificates import queries as certificates
from lms.certificates.documents import design_of, document_of
from lms.certificates.events import record_certificate
from lms.certificates.numbers import new_number
from lms.certificates.promises import completion_mail_key, promise_reissued
from lms.certificates.rendering import render_certificate
from lms.core.http.request import CurrentUser
from lms.core.ids import new_id
from lms.core.jobs.promises import release
from lms.core.storage import Storage
from lms.courses import queries as courses
from lms.enrollments import enrolling, place_queries, progress
from lms.enrollments import queries as enrollments
from lms.enrollments.places import fill_seats
from lms.lessons import queries as lessons
from lms.settings import Settings
from lms.users import queries as users
from lms.users.queries import User

_COURSE = {
    "title": "Working in groups",
    "description": "A small course with few seats: its roster has a place given by e-mail, one "
    "that waits for a seat, and a student who was removed.",
    "category": "getting-started",
    "capacity": 2,  # the graduate's and the invited person's, so that another one waits
}
_LESSON = {"title": "Who does what", "content_type": "text", "content": "Agree, then begin."}
_INVITED = (
    ("invited@example.com", "invited@example.com", "Ines Invited"),
    ("waiting@example.com", "waiting@example.com", "Will Waiting"),
)


async def add_group_course(
    db: asyncpg.Connection, settings: Settings, storage: Storage, teacher: User, password_hash: str
) -> None:
    """Make the course, its people, and what happened to them."""
    course = await courses.create_course(db, teacher.id, _COURSE)
    lesson = await lessons.create_lesson(db, course.id, _LESSON)
    await courses.set_status(db, course.id, "published")
    graduate, removed = [
        await users.create_user(
            db, email=email, full_name=name, password_hash=password_hash, is_verified=True
        )
        for email, name in (
            ("graduate@example.com", "Greta Graduat"),
            ("removed@example.com", "Remo Removed"),
        )
    ]
    await enrollments.lock_seats(db, course.id)
    completed_id = await enrolling.enroll(db, course.id, graduate.id)
    await progress.complete_lesson(db, completed_id, lesson.id)
    await _remove(db, await enrolling.enroll(db, course.id, removed.id), teacher)
    await place_queries.add_places(db, course.id, teacher.id, _INVITED)
    await fill_seats(db, course.id)
    await _issue(db, settings, storage, completed_id)
    await users.update_profile(db, graduate, {"full_name": "Greta Graduate"})
    await _put_right(db, completed_id)


async def _remove(db: asyncpg.Connection, enrollment_id: UUID, teacher: User) -> None:
    by = CurrentUser(
        teacher.id, new_id(), teacher.role, teacher.full_name, teacher.email, teacher.timezone
    )
    enrollment = await enrollments.lock_enrollment(db, enrollment_id)
    await enrolling.remove(db, enrollment, by=by, reason="You are in the other group.")


async def _issue(
    db: asyncpg.Connection, settings: Settings, storage: Storage, enrollment_id: UUID
) -> None:
    """Issue the certificate now, as a worker would: only an issued one can be put right."""
    made = await certificates.get_certificate_by_enrollment(db, enrollment_id)
    assert made is not None, "the enrolment was just completed"
    source = await certificates.get_certificate_source(db, made.id)
    assert source is not None, "it has a certificate"
    design = await design_of(source, settings, storage)
    document = document_of(source, settings, design)
    key = f"certificates/{made.id}.pdf"
    await storage.put(key, await asyncio.to_thread(render_certificate, document))
    await certificates.issue_certificate(db, made.id, key, design=design, language=source.language)
    issued = await certificates.get_certificate(db, made.id)
    await record_certificate(db, "certificate.issued", issued)
    await release(db, completion_mail_key(enrollment_id))


async def _put_right(db: asyncpg.Connection, enrollment_id: UUID) -> None:
    """Have the certificate issued again with the name that the account has now."""
    issued = await certificates.get_certificate_by_enrollment(db, enrollment_id)
    assert issued is not None, "it was issued a moment ago"
    reissued_id = await certificates.reissue_certificate(
        db, issued.id, new_number(), student_name=None, course_title=None
    )
    assert reissued_id is not None, "nobody else has reissued it"
    await promise_reissued(db, reissued_id)
