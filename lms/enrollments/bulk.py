"""Enrolling many people at once: deciding the result of each row, and carrying it out.

The rows are in the database, and each transaction handles some of them: it writes their results,
enrolments and mails together. A worker that is killed loses only its present rows, which the next
worker does again. Two workers with the same job wait for each other.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from lms.core.addresses import normalize_email
from lms.core.http.schemas import BaseSchema, Email, Name, load
from lms.core.jobs.promises import promise
from lms.courses.recounting import promise_recount
from lms.enrollments import bulk_queries, queries
from lms.enrollments.bulk_queries import Addressee, BulkLock, FreeSeats, GivenRow, RowResult
from lms.enrollments.invitations import invite_students
from lms.errors import Invalid
from lms.notifications.promises import promise_emails

_ROWS = 250  # of one transaction, and fewer where a course has many lessons
_PROGRESS_ROWS = 10_000  # what one statement writes well within its time limit
_GIVEN_ROWS = 2_000  # 10,000 in one statement took more than its 2 seconds on a busy machine


class _Address(BaseSchema):
    email = Email(required=True)


class _Name(BaseSchema):
    full_name = Name(min=0, allow_none=True)


_ADDRESS, _NAME = _Address(), _Name()


async def start_bulk_enrollment(
    db: asyncpg.Connection,
    course_id: UUID,
    requested_by: UUID,
    rows: Sequence[tuple[str, str | None]],
    *,
    dry_run: bool,
) -> UUID:
    """Store rows of (email, full name), and promise that a worker handles them."""
    bulk_id = await bulk_queries.create_bulk_enrollment(
        db, course_id, requested_by, dry_run=dry_run, total=len(rows)
    )
    for before in range(0, len(rows), _GIVEN_ROWS):
        part = rows[before : before + _GIVEN_ROWS]
        await bulk_queries.create_bulk_rows(db, bulk_id, part, before=before)
    await promise(
        db,
        "progress",
        "enroll_in_bulk",
        {"bulk_enrollment_id": str(bulk_id)},
        key=f"bulk_enrollment:{bulk_id}",
    )
    return bulk_id


async def enroll_next_rows(db: asyncpg.Connection, bulk_enrollment_id: UUID) -> bool:
    """Handle the next rows in the caller's transaction; returns whether there may be more."""
    bulk = await bulk_queries.lock_bulk_enrollment(db, bulk_enrollment_id)
    if bulk is None or bulk.status == "done":
        return False
    limit = max(1, min(_ROWS, _PROGRESS_ROWS // max(1, bulk.lesson_count or 0)))
    rows = await bulk_queries.list_waiting_rows(db, bulk.id, limit=limit)
    if not rows:
        await bulk_queries.finish_bulk_enrollment(db, bulk.id)
        return False
    if not bulk.dry_run:
        await queries.lock_seats(db, bulk.course_id)
    seats = await bulk_queries.get_free_seats(db, bulk.id)
    keys = {row.row_number: key_of(row) for row in rows}
    known = await bulk_queries.list_addressees(
        db, bulk.id, bulk.course_id, sorted({key for key in keys.values() if key})
    )
    results = decide(rows, keys, known, seats)
    if not bulk.dry_run:
        await _write(db, bulk, rows, known, results)
    await bulk_queries.update_row_results(db, bulk.id, results)
    return True


def key_of(row: GivenRow) -> str | None:
    """The form in which a row's address is compared; None if it is not one."""
    try:
        return normalize_email(load(_ADDRESS, {"email": row.email})["email"])
    except Invalid:
        return None


def _is_name(text: str | None) -> bool:
    try:
        load(_NAME, {"full_name": text})
    except Invalid:
        return False
    return True


def decide(
    rows: Sequence[GivenRow],
    keys: Mapping[int, str | None],
    known: Mapping[str, Addressee],
    seats: FreeSeats,
) -> list[RowResult]:
    """The result of each row, in their order, for as long as there are seats.

    `invited` and `enrolled` take one, and so does `returned`.
    """
    left = seats.free
    named: set[str] = set()
    results = []
    for row in rows:
        key = keys[row.row_number]
        if key is None:
            results.append(RowResult(row.row_number, None, "refused", "invalid_email"))
            continue
        if not _is_name(row.full_name):
            results.append(RowResult(row.row_number, None, "refused", "invalid_full_name"))
            continue
        person = known.get(key)
        user_id = person.user_id if person else None
        result = RowResult(row.row_number, key, "invited", user_id=user_id)
        if key in named or (person and person.is_named):
            result.status = "duplicate"
        elif person and person.enrollment_status in ("active", "completed"):
            result.status = "already_enrolled"
        elif refusal := _refusal(person, seats, left):
            result.status, result.code = "refused", refusal
        else:
            if user_id is not None:
                result.status = "returned" if person and person.enrollment_id else "enrolled"
            left = None if left is None else left - 1
        named.add(key)
        results.append(result)
    return results


def _refusal(person: Addressee | None, seats: FreeSeats, left: int | None) -> str | None:
    if person and person.user_id and not person.is_active:
        return "account_disabled"
    if person and person.role == "instructor":
        return "not_a_student"  # only students can enrol by themselves, too
    if not seats.is_open:
        return "course_not_open"
    if left is not None and left <= 0:
        return "course_full"
    return None


async def _write(
    db: asyncpg.Connection,
    bulk: BulkLock,
    rows: Sequence[GivenRow],
    known: Mapping[str, Addressee],
    results: Sequence[RowResult],
) -> None:
    given = {row.row_number: row for row in rows}
    people = {
        result.email_key: given[result.row_number]
        for result in results
        if result.status == "invited" and result.email_key
    }
    if people:
        made = await invite_students(db, bulk.course_id, people)
        # Someone who registered just now has an account and needs no invitation.
        others = [key for key in people if key not in made]
        met = await bulk_queries.list_addressees(db, bulk.id, bulk.course_id, others)
        for result in results:
            if result.status == "invited" and result.email_key:
                result.user_id = made.get(result.email_key)
                if result.user_id is None:
                    result.status, result.user_id = "enrolled", met[result.email_key].user_id
    taking = [r.user_id for r in results if r.status in ("enrolled", "invited") and r.user_id]
    enrolled = await bulk_queries.enroll_many(db, bulk.course_id, taking) if taking else []
    invited = {result.user_id for result in results if result.status == "invited"}
    await promise_emails(
        db,
        "enrolled",
        [
            (new.student_id, f"enrolled:{new.id}", {"enrollment_id": new.id})
            for new in enrolled
            if new.student_id not in invited
        ],
    )
    returning = [
        known[result.email_key].enrollment_id
        for result in results
        if result.status == "returned" and result.email_key
    ]
    if returning:
        ids = [enrollment_id for enrollment_id in returning if enrollment_id]
        await bulk_queries.return_many(db, bulk.course_id, ids)
        # The lessons that they had left may have been removed meanwhile.
        await promise_recount(db, bulk.course_id)
