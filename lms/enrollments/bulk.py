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
from lms.enrollments import bulk_queries, place_queries, queries
from lms.enrollments.bulk_queries import Addressee, BulkLock, FreeSeats, GivenRow, RowResult
from lms.enrollments.places import fill_seats_soon
from lms.errors import Invalid
from lms.users.inviting import check_invitations

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
    most_a_day: int,
) -> UUID:
    """Store rows of (email, full name), and promise that a worker handles them.

    Raises InvitationsUsedUp if one person would invite more than `most_a_day` in 24 hours.
    """
    if not dry_run:
        await check_invitations(db, requested_by, len(rows), most_a_day=most_a_day)
    bulk_id = await bulk_queries.create_bulk_enrollment(
        db, course_id, requested_by, dry_run=dry_run, total=len(rows)
    )
    for first in range(0, len(rows), _GIVEN_ROWS):
        part = rows[first : first + _GIVEN_ROWS]
        await bulk_queries.create_bulk_rows(db, bulk_id, part, before=first)
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
    results = decide(bulk, rows, keys, known, seats)
    if not bulk.dry_run:
        await _give_places(db, bulk, rows, results)
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
    bulk: BulkLock,
    rows: Sequence[GivenRow],
    keys: Mapping[int, str | None],
    known: Mapping[str, Addressee],
    seats: FreeSeats,
) -> list[RowResult]:
    """What becomes of each row, in their order: those for whom there is no seat wait in line.

    `invited` and `enrolled` take a seat, and so does `returned`.
    """
    left = seats.free
    named: set[str] = set()
    results = []
    for row in rows:
        key = keys[row.row_number]
        result = RowResult(row.row_number, key, "refused")
        results.append(result)
        if key is None:
            result.code = "invalid_email"
            continue
        if not _is_name(row.full_name):
            result.code = "invalid_full_name"
            continue
        person = known.get(key)
        if key in named or (person and person.is_named):
            result.status = "duplicate"
        elif person and (person.has_place or person.enrollment_status in ("active", "completed")):
            result.status = "already_enrolled"
        elif refusal := _refusal(bulk, person, seats):
            result.code = refusal
        elif left is not None and left <= 0:
            result.status = "waiting"
        else:
            result.status = _entrance(person)
            left = None if left is None else left - 1
        named.add(key)
    return results


def _refusal(bulk: BulkLock, person: Addressee | None, seats: FreeSeats) -> str | None:
    # A teacher learns nothing about accounts, so for them there is a place that is never taken.
    if bulk.sees_accounts and person and person.user_id:
        if not person.is_active:
            return "account_disabled"
        if person.role == "instructor":
            return "not_a_student"  # who cannot enrol by themselves either
    if not bulk.may_enroll:
        return "forbidden"
    if not seats.is_open:
        return "course_not_open"
    return None


def _entrance(person: Addressee | None) -> str:
    if person is None or not person.is_active or person.role == "instructor":
        return "invited"
    if not person.is_verified:
        return "invited"
    return "enrolled" if person.enrollment_id is None else "returned"


async def _give_places(
    db: asyncpg.Connection, bulk: BulkLock, rows: Sequence[GivenRow], results: Sequence[RowResult]
) -> None:
    given = {row.row_number: row for row in rows}
    people = []
    for result in results:
        if result.email_key and result.status in ("enrolled", "invited", "returned", "waiting"):
            row = given[result.row_number]
            email = row.email.strip()
            name = (row.full_name or "").strip() or email.partition("@")[0]
            people.append((email, result.email_key, name))
    if people:
        await place_queries.add_places(db, bulk.course_id, bulk.requested_by, people)
        await fill_seats_soon(db, bulk.course_id)
