"""The facts that mails tell; see sql/notifications/."""

from dataclasses import dataclass
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person a mail goes to."""

    id: UUID
    email: str
    full_name: str


@dataclass(frozen=True, slots=True)
class EnrollmentFacts:
    """The facts of the mails about an enrolment."""

    course_id: UUID
    title: str
    slug: str
    number: str | None


@dataclass(frozen=True, slots=True)
class DisabledWebhook:
    """The facts of the mail about a webhook that was disabled."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What the mail to a student whom staff removed tells."""

    title: str
    reason: str


_get_recipient = Query("notifications/get_recipient", Recipient)
_get_enrollment = Query("notifications/get_enrollment", EnrollmentFacts)
_get_disabled_webhook = Query("notifications/get_disabled_webhook", DisabledWebhook)
_get_removal = Query("notifications/get_removal", Removal)
_get_course_title = Query("notifications/get_course_title", str)


async def get_recipient(db: Db, user_id: UUID) -> Recipient | None:
    return await _get_recipient.first(db, user_id=user_id)


async def get_enrollment(db: Db, enrollment_id: UUID) -> EnrollmentFacts | None:
    return await _get_enrollment.first(db, enrollment_id=enrollment_id)


async def get_removal(db: Db, enrollment_id: UUID) -> Removal | None:
    """None once the student is back."""
    return await _get_removal.first(db, enrollment_id=enrollment_id)


async def get_course_title(db: Db, course_id: UUID) -> str | None:
    return await _get_course_title.first(db, course_id=course_id)


async def get_disabled_webhook(db: Db, webhook_id: UUID) -> DisabledWebhook | None:
    """A disabled webhook; None if it is active again, or deleted."""
    return await _get_disabled_webhook.first(db, webhook_id=webhook_id)
