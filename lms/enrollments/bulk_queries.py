"""Bulk enrolments, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class BulkEnrollment:
    """A job and, as JSON text, the result of each of its rows."""

    id: UUID
    course_id: UUID
    requested_by: UUID
    instructor_id: UUID
    dry_run: bool
    status: str
    total: int
    processed: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    results: str


@dataclass(frozen=True, slots=True)
class BulkLock:
    id: UUID
    course_id: UUID
    dry_run: bool
    status: str
    lesson_count: int | None


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row as it was given."""

    row_number: int
    email: str
    full_name: str | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is behind an address, and how they stand in the course."""

    email_key: str
    user_id: UUID | None
    role: str | None
    is_active: bool | None
    enrollment_id: UUID | None
    enrollment_status: str | None
    is_named: bool  # by an earlier row


@dataclass(frozen=True, slots=True)
class FreeSeats:
    is_open: bool
    free: int | None  # None: without limit


@dataclass(frozen=True, slots=True)
class NewEnrollment:
    id: UUID
    student_id: UUID


@dataclass(slots=True)
class RowResult:
    """What became of a row, or on a dry run would become of it."""

    row_number: int
    email_key: str | None
    status: str
    code: str | None = None
    user_id: UUID | None = None


_create_bulk_enrollment = Query("enrollments/create_bulk_enrollment", UUID)
_add_bulk_rows: Query[None] = Query("enrollments/add_bulk_rows")
_get_bulk_enrollment = Query("enrollments/get_bulk_enrollment", BulkEnrollment)
_lock_bulk_enrollment = Query("enrollments/lock_bulk_enrollment", BulkLock)
_list_waiting_rows = Query("enrollments/list_waiting_rows", GivenRow)
_list_addressees = Query("enrollments/list_addressees", Addressee)
_get_free_seats = Query("enrollments/get_free_seats", FreeSeats)
_enroll_many = Query("enrollments/enroll_many", NewEnrollment)
_return_many = Query("enrollments/return_many", UUID)
_save_row_results: Query[None] = Query("enrollments/save_row_results")
_finish_bulk_enrollment: Query[None] = Query("enrollments/finish_bulk_enrollment")
_delete_old_bulk_enrollments: Query[None] = Query("enrollments/delete_old_bulk_enrollments")

# Ten thousand in one statement took more than the two seconds that one may take on a busy machine.
_ROWS_AT_ONCE = 2_000


async def create_bulk_enrollment(
    db: Db,
    course_id: UUID,
    requested_by: UUID,
    *,
    dry_run: bool,
    rows: Sequence[tuple[str, str | None]],
) -> UUID:
    """Rows of (email, full name) for a worker to go through."""
    bulk_id = await _create_bulk_enrollment.one(
        db, course_id=course_id, requested_by=requested_by, dry_run=dry_run, total=len(rows)
    )
    for before in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[before : before + _ROWS_AT_ONCE]
        await add_bulk_rows(db, bulk_id, before, part)
    return bulk_id


async def add_bulk_rows(
    db: Db, bulk_enrollment_id: UUID, before: int, rows: Sequence[tuple[str, str | None]]
) -> None:
    """More rows of (email, full name), behind the `before` that there are."""
    await _add_bulk_rows.run(
        db,
        bulk_enrollment_id=bulk_enrollment_id,
        before=before,
        emails=[email for email, _ in rows],
        full_names=[name for _, name in rows],
    )


async def get_bulk_enrollment(db: Db, bulk_enrollment_id: UUID) -> BulkEnrollment:
    found = await _get_bulk_enrollment.first(db, bulk_enrollment_id=bulk_enrollment_id)
    if found is None:
        raise NotFound
    return found


async def lock_bulk_enrollment(db: Db, bulk_enrollment_id: UUID) -> BulkLock | None:
    return await _lock_bulk_enrollment.first(db, bulk_enrollment_id=bulk_enrollment_id)


async def list_waiting_rows(db: Db, bulk_enrollment_id: UUID, *, limit: int) -> list[GivenRow]:
    return await _list_waiting_rows.all(db, bulk_enrollment_id=bulk_enrollment_id, limit=limit)


async def list_addressees(
    db: Db, bulk_enrollment_id: UUID, course_id: UUID, email_keys: Sequence[str]
) -> dict[str, Addressee]:
    """By the form in which their addresses are compared; those that are known."""
    found = await _list_addressees.all(
        db, bulk_enrollment_id=bulk_enrollment_id, course_id=course_id, email_keys=email_keys
    )
    return {addressee.email_key: addressee for addressee in found}


async def get_free_seats(db: Db, bulk_enrollment_id: UUID) -> FreeSeats:
    return await _get_free_seats.one(db, bulk_enrollment_id=bulk_enrollment_id)


async def enroll_many(db: Db, course_id: UUID, student_ids: Sequence[UUID]) -> list[NewEnrollment]:
    """New enrolments; the course's seats are held by the caller."""
    return await _enroll_many.all(db, course_id=course_id, student_ids=student_ids)


async def return_many(db: Db, course_id: UUID, enrollment_ids: Sequence[UUID]) -> None:
    """Dropped enrolments go on; the course's seats are held by the caller."""
    await _return_many.all(db, course_id=course_id, enrollment_ids=enrollment_ids)


async def save_row_results(db: Db, bulk_enrollment_id: UUID, results: Sequence[RowResult]) -> None:
    columns: dict[str, list[Any]] = {
        "row_numbers": [result.row_number for result in results],
        "email_keys": [result.email_key for result in results],
        "statuses": [result.status for result in results],
        "codes": [result.code for result in results],
        "user_ids": [result.user_id for result in results],
    }
    await _save_row_results.run(db, bulk_enrollment_id=bulk_enrollment_id, **columns)


async def finish_bulk_enrollment(db: Db, bulk_enrollment_id: UUID) -> None:
    await _finish_bulk_enrollment.run(db, bulk_enrollment_id=bulk_enrollment_id)


async def delete_old_bulk_enrollments(db: Db, *, days: int, limit: int) -> int:
    """Forget finished ones; how many."""
    return await _delete_old_bulk_enrollments.run(db, days=days, limit=limit)
