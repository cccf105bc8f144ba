"""Places that were given to e-mail addresses, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.core.db.query import Db, Query


@dataclass(frozen=True, slots=True)
class GivenPlace:
    """A place, and for whom the teacher gave it."""

    id: UUID
    email: str
    email_key: str
    full_name: str
    is_next: bool  # False: it has a seat too, but not at this time


@dataclass(frozen=True, slots=True)
class Guest:
    """The person behind the address of a place."""

    place_id: UUID
    email_key: str
    user_id: UUID
    may_enter: bool  # their address is proved, and they are somebody who learns
    needs_proof: bool  # they can sign in or be invited, and have not proved the address


@dataclass(frozen=True, slots=True)
class PlacePeople:
    """In which course a place was given, and who teaches that."""

    id: UUID
    course_id: UUID
    instructor_id: UUID
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TakenPlace:
    """The enrolment that a place became."""

    id: UUID
    course_id: UUID
    student_id: UUID
    is_new: bool  # False: it was dropped, and goes on


_add_places: Query[None] = Query("enrollments/add_places")
_list_next_places = Query("enrollments/list_next_places", GivenPlace)
_lock_guests = Query("enrollments/lock_guests", Guest)
_hold_places: Query[None] = Query("enrollments/hold_places")
_take_places = Query("enrollments/take_places", TakenPlace)
_list_held_courses = Query("enrollments/list_held_courses", UUID)
_lock_seats_of_courses = Query("enrollments/lock_seats_of_courses", UUID)
_list_held_places = Query("enrollments/list_held_places", UUID)
_get_place_people = Query("enrollments/get_place_people", PlacePeople)
_withdraw_place: Query[None] = Query("enrollments/withdraw_place")
_end_places_of_teacher = Query("enrollments/end_places_of_teacher", UUID)
_delete_lapsed_places: Query[None] = Query("enrollments/delete_lapsed_places")
_list_courses_to_fill = Query("enrollments/list_courses_to_fill", UUID)


async def add_places(
    db: Db, course_id: UUID, invited_by: UUID, people: Sequence[tuple[str, str, str]]
) -> None:
    """Places for (email, its key, full name), in line behind those who wait already."""
    await _add_places.run(
        db,
        course_id=course_id,
        invited_by=invited_by,
        emails=[email for email, _, _ in people],
        email_keys=[key for _, key, _ in people],
        full_names=[name for _, _, name in people],
    )


async def list_next_places(db: Db, course_id: UUID, *, limit: int) -> list[GivenPlace]:
    """The places in line for which there are seats now."""
    return await _list_next_places.all(db, course_id=course_id, limit=limit)


async def lock_guests(db: Db, place_ids: Sequence[UUID]) -> list[Guest]:
    """The people behind the addresses of places; none of them proves an address meanwhile."""
    return await _lock_guests.all(db, place_ids=place_ids)


async def hold_places(db: Db, place_ids: Sequence[UUID]) -> None:
    """These places hold a seat until their addresses are proved."""
    await _hold_places.run(db, place_ids=place_ids)


async def take_places(db: Db, place_ids: Sequence[UUID]) -> list[TakenPlace]:
    """Make enrolments of places; the seats of their courses are held by the caller."""
    return await _take_places.all(db, place_ids=place_ids)


async def list_held_courses(db: Db, user_id: UUID, email_key: str) -> list[UUID]:
    """The courses that hold a place for an address, if its account may enter them."""
    return await _list_held_courses.all(db, user_id=user_id, email_key=email_key)


async def lock_seats_of_courses(db: Db, course_ids: Sequence[UUID]) -> None:
    """Hold the seats of several courses until the transaction ends."""
    await _lock_seats_of_courses.all(db, course_ids=course_ids)


async def list_held_places(db: Db, email_key: str, course_ids: Sequence[UUID]) -> list[UUID]:
    """The places that these courses hold for an address."""
    return await _list_held_places.all(db, email_key=email_key, course_ids=course_ids)


async def get_place_people(db: Db, place_id: UUID) -> PlacePeople | None:
    return await _get_place_people.first(db, place_id=place_id)


async def withdraw_place(db: Db, place_id: UUID) -> None:
    """Take a place back; the seats of its course are held by the caller."""
    await _withdraw_place.run(db, place_id=place_id)


async def end_places_of_teacher(db: Db, user_id: UUID, email_key: str) -> list[UUID]:
    """End what waits for the address of somebody who teaches; the courses whose seats are free."""
    return await _end_places_of_teacher.all(db, user_id=user_id, email_key=email_key)


async def delete_lapsed_places(db: Db, *, before: datetime, limit: int) -> int:
    """Delete some of the places whose time was over at a moment; how many went."""
    return await _delete_lapsed_places.run(db, before=before, limit=limit)


async def list_courses_to_fill(db: Db, *, limit: int) -> list[UUID]:
    """Some of the courses that have people in line and a free seat."""
    return await _list_courses_to_fill.all(db, limit=limit)
