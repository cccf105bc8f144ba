"""Reviews, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.core.db.query import Db, Query
from lms.errors import NotFound


@dataclass(frozen=True, slots=True)
class Review:
    id: UUID
    course_id: UUID
    student: dict[str, str]
    rating: int
    text: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A student's progress in a course that they want to review."""

    progress_percent: int
    reviewed_at: datetime | None


_list_reviews = Query("reviews/list_reviews", Review)
_count_reviews = Query("reviews/count_reviews", int)
_get_review = Query("reviews/get_review", Review)
_get_standing = Query("reviews/get_standing", Standing)
_lock_ratings = Query("reviews/lock_ratings", UUID)
_put_review: Query[None] = Query("reviews/put_review")


async def list_reviews(
    db: Db, course_id: UUID, *, before: Sequence[object], limit: int, **filters: object
) -> list[Review]:
    before_time, before_id = before
    return await _list_reviews.all(
        db,
        course_id=course_id,
        before_time=before_time,
        before_id=before_id,
        limit=limit,
        **filters,
    )


async def count_reviews(db: Db, course_id: UUID, **filters: object) -> int:
    return await _count_reviews.one(db, course_id=course_id, **filters)


async def lock_ratings(db: Db, course_id: UUID) -> None:
    """Lock a course's ratings, so that reviews are counted one after the other. Raises NotFound."""
    if await _lock_ratings.first(db, course_id=course_id) is None:
        raise NotFound


async def get_standing(db: Db, course_id: UUID, student_id: UUID) -> Standing | None:
    """None for anyone who is not enrolled in the course."""
    return await _get_standing.first(db, course_id=course_id, student_id=student_id)


async def get_review(db: Db, course_id: UUID, student_id: UUID) -> Review:
    """A review that is known to exist."""
    return await _get_review.one(db, course_id=course_id, student_id=student_id)


async def put_review(
    db: Db, course_id: UUID, student_id: UUID, *, rating: int, text: str
) -> Review:
    await _put_review.run(db, course_id=course_id, student_id=student_id, rating=rating, text=text)
    return await get_review(db, course_id, student_id)
