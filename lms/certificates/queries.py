"""Certificates, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class Certificate:
    id: UUID
    number: str
    status: str
    enrollment_id: UUID
    course: dict[str, Any]
    student_name: str
    completed_at: datetime
    issued_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime
    student_id: UUID
    course_id: UUID
    storage_key: str | None
    updated_at: datetime
    is_public: bool
    replaced_by: str | None
    instructor_id: UUID


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    status: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReplacedCertificate:
    """One that became replaced, and whether a document with the mark is to be drawn."""

    id: UUID
    student_id: UUID
    wants_drawing: bool


@dataclass(frozen=True, slots=True)
class CertifiedEnrollment:
    """The facts of an enrolment that its certificate needs."""

    id: UUID
    student_id: UUID
    instructor_id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class NewCertificate:
    id: UUID
    enrollment_id: UUID
    student_id: UUID


@dataclass(frozen=True, slots=True)
class CertificateSource:
    """The facts from which a certificate is drawn."""

    id: UUID
    number: str
    status: str
    enrollment_id: UUID
    student_name: str
    course_title: str
    language: str
    frozen_design: dict[str, Any] | None
    course_design: dict[str, Any]
    completed_at: datetime
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    storage_key: str | None


@dataclass(frozen=True, slots=True)
class PreviewedCourse:
    """A course whose certificates somebody wants to see."""

    id: UUID
    instructor_id: UUID
    status: str
    title: str
    language: str
    design: dict[str, Any]


_create_certificates = Query("certificates/create_certificates", NewCertificate)
_get_certificate = Query("certificates/get_certificate", Certificate)
_get_certificate_by_number = Query("certificates/get_certificate_by_number", Certificate)
_get_certificate_by_enrollment = Query("certificates/get_certificate_by_enrollment", Certificate)
_get_certificate_source = Query("certificates/get_certificate_source", CertificateSource)
_lock_enrollment = Query("certificates/lock_enrollment", CertifiedEnrollment)
_list_my_certificates = Query("certificates/list_my_certificates", Certificate)
_count_my_certificates = Query("certificates/count_my_certificates", int)
_issue_certificate = Query("certificates/issue_certificate", UUID)
_lock_certificate = Query("certificates/lock_certificate", HeldCertificate)
_lock_enrollment_of_certificate = Query("certificates/lock_enrollment_of_certificate", bool)
_lock_editions = Query("certificates/lock_editions", UUID)
_reissue_certificate = Query("certificates/reissue_certificate", UUID)
_replace_certificates = Query("certificates/replace_certificates", ReplacedCertificate)
_update_certificate: Query[None] = Query("certificates/update_certificate")
_revoke_certificate: Query[None] = Query("certificates/revoke_certificate")
_revoke_pending_editions = Query("certificates/revoke_pending_editions", UUID)
_store_marked: Query[None] = Query("certificates/store_marked")
_get_previewed_course = Query("certificates/get_previewed_course", PreviewedCourse)


async def create_certificates(db: Db, numbers: Mapping[UUID, str]) -> list[NewCertificate]:
    """Pending certificates with name and title as they are now, of enrolments without one.

    `numbers` are theirs, by enrolment.
    """
    return await _create_certificates.all(
        db, enrollment_ids=list(numbers), numbers=list(numbers.values())
    )


async def get_certificate(db: Db, certificate_id: UUID) -> Certificate:
    certificate = await _get_certificate.first(db, certificate_id=certificate_id)
    if certificate is None:
        raise NotFound
    return certificate


async def get_certificate_by_number(db: Db, number: str) -> Certificate | None:
    return await _get_certificate_by_number.first(db, number=number)


async def get_certificate_by_enrollment(db: Db, enrollment_id: UUID) -> Certificate | None:
    """The latest, which may still be pending; None if there never was one."""
    return await _get_certificate_by_enrollment.first(db, enrollment_id=enrollment_id)


async def lock_enrollment(db: Db, enrollment_id: UUID) -> CertifiedEnrollment:
    """Lock the enrolment that a certificate is asked for. Raises NotFound."""
    enrollment = await _lock_enrollment.first(db, enrollment_id=enrollment_id)
    if enrollment is None:
        raise NotFound
    return enrollment


async def get_certificate_source(db: Db, certificate_id: UUID) -> CertificateSource | None:
    return await _get_certificate_source.first(db, certificate_id=certificate_id)


async def list_my_certificates(
    db: Db, student_id: UUID, *, before: Sequence[Any], limit: int
) -> list[Certificate]:
    before_time, before_id = before
    return await _list_my_certificates.all(
        db, student_id=student_id, before_time=before_time, before_id=before_id, limit=limit
    )


async def count_my_certificates(db: Db, student_id: UUID) -> int:
    return await _count_my_certificates.one(db, student_id=student_id)


async def issue_certificate(
    db: Db, certificate_id: UUID, storage_key: str, *, design: dict[str, Any], language: str
) -> bool:
    """Issue a pending certificate and freeze its design; returns whether this call did."""
    row = await _issue_certificate.first(
        db,
        certificate_id=certificate_id,
        storage_key=storage_key,
        design=design,
        language=language,
    )
    return row is not None


async def lock_certificate(db: Db, certificate_id: UUID) -> HeldCertificate:
    """Lock a certificate. Raises NotFound."""
    held = await _lock_certificate.first(db, certificate_id=certificate_id)
    if held is None:
        raise NotFound
    return held


async def lock_enrollment_of_certificate(db: Db, certificate_id: UUID) -> bool:
    """Hold the enrolment that a certificate is of; whether its student's account was erased.

    Raises NotFound.
    """
    is_erased = await _lock_enrollment_of_certificate.first(db, certificate_id=certificate_id)
    if is_erased is None:
        raise NotFound
    return is_erased


async def lock_editions(db: Db, certificate_id: UUID) -> None:
    """Hold all certificates of the enrolment that this one is of."""
    await _lock_editions.all(db, certificate_id=certificate_id)


async def reissue_certificate(
    db: Db,
    certificate_id: UUID,
    number: str,
    *,
    student_name: str | None,
    course_title: str | None,
) -> UUID | None:
    """A pending certificate that is to replace this one; None if there is one already."""
    return await _reissue_certificate.first(
        db,
        certificate_id=certificate_id,
        number=number,
        student_name=student_name,
        course_title=course_title,
    )


async def replace_certificates(db: Db, certificate_id: UUID) -> list[ReplacedCertificate]:
    """Make the editions before one that was issued replaced; those that became so by this."""
    return await _replace_certificates.all(db, certificate_id=certificate_id)


async def update_certificate(db: Db, certificate_id: UUID, *, is_public: bool) -> None:
    await _update_certificate.run(db, certificate_id=certificate_id, is_public=is_public)


async def revoke_certificate(db: Db, certificate_id: UUID, reason: str) -> None:
    """Revoke a certificate; its PDF is not shown until it is drawn again with the mark."""
    await _revoke_certificate.run(db, certificate_id=certificate_id, reason=reason)


async def revoke_pending_editions(db: Db, certificate_id: UUID, reason: str) -> list[UUID]:
    """Revoke what is being made in place of a certificate that is locked; one, as a rule."""
    return await _revoke_pending_editions.all(db, certificate_id=certificate_id, reason=reason)


async def store_marked(db: Db, source: CertificateSource, storage_key: str) -> bool:
    """Whether a withdrawn certificate got this PDF; not if its name was erased meanwhile."""
    touched = await _store_marked.run(
        db, certificate_id=source.id, student_name=source.student_name, storage_key=storage_key
    )
    return touched > 0


async def get_previewed_course(db: Db, course_id: UUID) -> PreviewedCourse:
    course = await _get_previewed_course.first(db, course_id=course_id)
    if course is None:
        raise NotFound
    return course
