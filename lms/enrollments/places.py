"""Places that are given to e-mail addresses, and the line for the seats of a full course.

A place is first `waiting`: in line for a seat. Once there is one, it becomes an enrolment if the
person behind the address has proved that, and else it is `invited`: it holds the seat until the
address is proved, withdrawn, or 90 days are over. The caller holds the course's seats
(`queries.lock_seats`), in a transaction.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from lms.courses.recounting import promise_recount, promise_seats
from lms.enrollments import place_queries
from lms.enrollments.invitations import invite_guests
from lms.notifications.promises import promise_emails

_AT_ONCE = 250  # places of one transaction


async def fill_seats(db: asyncpg.Connection, course_id: UUID) -> bool:
    """Give the free seats of a course to those in line; whether there may be more to give.

    Called wherever a seat becomes free, in the same transaction.
    """
    line = await place_queries.list_next_places(db, course_id, limit=_AT_ONCE)
    places = [place for place in line if place.is_next]
    if not places:
        return False
    guests = await invite_guests(db, course_id, places)
    entering = [guest.place_id for guest in guests if guest.may_enter]
    await _take(db, entering)
    held = {place.id for place in places}.difference(entering)
    if held:
        await place_queries.hold_places(db, sorted(held))
    return len(line) > len(places)


async def fill_seats_soon(db: asyncpg.Connection, course_id: UUID) -> None:
    """Give the free seats of a course, and promise to go on with what is too much for now."""
    if await fill_seats(db, course_id):
        await promise_seats(db, course_id)


async def take_held_places(db: asyncpg.Connection, user_id: UUID, email_key: str) -> None:
    """A person has proved an address: the places that are held for it become enrolments.

    Those of somebody who teaches by now end instead. The next in line get the seats later, since
    giving them holds people, and the caller holds one already.
    """
    for course_id in await place_queries.end_places_of_teacher(db, user_id, email_key):
        await promise_seats(db, course_id)
    course_ids = await place_queries.list_held_courses(db, user_id, email_key)
    if course_ids:
        await place_queries.lock_seats_of_courses(db, course_ids)
        # Only now: a teacher may have taken one back while we waited.
        await _take(db, await place_queries.list_held_places(db, email_key, course_ids))


async def _take(db: asyncpg.Connection, place_ids: Sequence[UUID]) -> None:
    if not place_ids:
        return
    taken = await place_queries.take_places(db, place_ids)
    await promise_emails(
        db,
        "enrolled",
        [
            (new.student_id, f"enrolled:{new.id}", {"enrollment_id": new.id})
            for new in taken
            if new.is_new
        ],
    )
    # What those who return had left to do may have been taken out of the course meanwhile.
    for course_id in sorted({back.course_id for back in taken if not back.is_new}):
        await promise_recount(db, course_id)
