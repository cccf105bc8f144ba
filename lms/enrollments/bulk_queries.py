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
    """A bulk enrolment, locked while its next rows are handled."""

    id: UUID
    course_id: UUID
    requested_by: UUID
    dry_run: bool
    status: str
    lesson_count: int | None
    sees_accounts: bool  # an admin asked: the results may tell who has an account
    may_enroll: bool  # whoever asked still teaches the course, or is an admin


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row as it was given."""

    row_number: int
    email: str
    full_name: str | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person with an address, and their enrolment in the course."""

    email_key: str
    user_id: UUID | None
    role: str | None
    is_active: bool | None
    is_verified: bool
    enrollment_id: UUID | None
    enrollment_status: str | None
    has_place: bool  # one that waits for them
    is_named: bool  # an earlier row has the same address


@dataclass(frozen=True, slots=True)
class FreeSeats:
    """Whether a course takes students, and how many more than are in line."""

    is_open: bool
    free: int | None  # None: without limit


@dataclass(slots=True)
class RowResult:
    """The result of a row; on a dry run, the result that it would have."""

    row_number: int
    email_key: str | None
    status: str
    code: str | None = None


_create_bulk_enrollment = Query("enrollments/create_bulk_enrollment", UUID)
_create_bulk_rows: Query[None] = Query("enrollments/create_bulk_rows")
_get_bulk_enrollment = Query("enrollments/get_bulk_enrollment", BulkEnrollment)
_lock_bulk_enrollment = Query("enrollments/lock_bulk_enrollment", BulkLock)
_list_waiting_rows = Query("enrollments/list_waiting_rows", GivenRow)
_list_addressees = Query("enrollments/list_addressees", Addressee)
_get_free_seats = Query("enrollments/get_free_seats", FreeSeats)
_update_row_results: Query[None] = Query("enrollments/update_row_results")
_finish_bulk_enrollment: Query[None] = Query("enrollments/finish_bulk_enrollment")
_delete_old_bulk_enrollments: Query[None] = Query("enrollments/delete_old_bulk_enrollments")


async def create_bulk_enrollment(
    db: Db, course_id: UUID, requested_by: UUID, *, dry_run: bool, total: int
) -> UUID:
    """A list of people to enrol, whose `total` rows come next."""
    return await _create_bulk_enrollment.one(
        db, course_id=course_id, requested_by=requested_by, dry_run=dry_run, total=total
    )


async def create_bulk_rows(
    db: Db, bulk_enrollment_id: UUID, rows: Sequence[tuple[str, str | None]], *, before: int
) -> None:
    """Rows of (email, full name) for a worker to go through, numbered on from `before`."""
    await _create_bulk_rows.run(
        db,
        bulk_enrollment_id=bulk_enrollment_id,
        before=before,
        emails=[email for email, _ in rows],
        full_names=[name for _, name in rows],
    )


async def get_bulk_enrollment(
    db: Db, bulk_enrollment_id: UUID, *, sees_accounts: bool
) -> BulkEnrollment:
    """How far a bulk enrolment is, with the result of every row. Raises NotFound.

    Unless the reader `sees_accounts`, no result tells whether an address has an account.
    """
    found = await _get_bulk_enrollment.first(
        db, bulk_enrollment_id=bulk_enrollment_id, sees_accounts=sees_accounts
    )
    if found is None:
        raise NotFound
    return found


async def lock_bulk_enrollment(db: Db, bulk_enrollment_id: UUID) -> BulkLock | None:
    """A bulk enrolment, locked until the transaction ends; None if it was deleted."""
    return await _lock_bulk_enrollment.first(db, bulk_enrollment_id=bulk_enrollment_id)


async def list_waiting_rows(db: Db, bulk_enrollment_id: UUID, *, limit: int) -> list[GivenRow]:
    """The next rows that have no result yet."""
    return await _list_waiting_rows.all(db, bulk_enrollment_id=bulk_enrollment_id, limit=limit)


async def list_addressees(
    db: Db, bulk_enrollment_id: UUID, course_id: UUID, email_keys: Sequence[str]
) -> dict[str, Addressee]:
    """The people with these addresses, by the form in which addresses are compared."""
    found = await _list_addressees.all(
        db, bulk_enrollment_id=bulk_enrollment_id, course_id=course_id, email_keys=email_keys
    )
    return {addressee.email_key: addressee for addressee in found}


async def get_free_seats(db: Db, bulk_enrollment_id: UUID) -> FreeSeats:
    """Whether the course takes students, and how many more."""
    return await _get_free_seats.one(db, bulk_enrollment_id=bulk_enrollment_id)


async def update_row_results(
    db: Db, bulk_enrollment_id: UUID, results: Sequence[RowResult]
) -> None:
    """Write the results of some rows, and with them how far the bulk enrolment is."""
    columns: dict[str, list[Any]] = {
        "row_numbers": [result.row_number for result in results],
        "email_keys": [result.email_key for result in results],
        "statuses": [result.status for result in results],
        "codes": [result.code for result in results],
    }
    await _update_row_results.run(db, bulk_enrollment_id=bulk_enrollment_id, **columns)


async def finish_bulk_enrollment(db: Db, bulk_enrollment_id: UUID) -> None:
    """Mark a bulk enrolment as finished: every row has its result."""
    await _finish_bulk_enrollment.run(db, bulk_enrollment_id=bulk_enrollment_id)


async def delete_old_bulk_enrollments(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some bulk enrolments that were done before a moment; how many went."""
    return await _delete_old_bulk_enrollments.run(db, before=before, limit=limit)
