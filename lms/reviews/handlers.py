"""What students say about courses."""

from aiohttp import web

from lms.core.http.etags import check_if_match, version_of
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    current_user,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.courses.queries import get_course_access
from lms.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from lms.events.log import record_event
from lms.permissions import may_edit_course
from lms.reviews import queries
from lms.reviews.queries import Review
from lms.reviews.schemas import OwnReview, ReviewQuery, ReviewSchema

routes = Routes("Reviews")

_ENOUGH_PERCENT = 20  # progress in a course, before a review says much


class ReviewTooEarly(Conflict):
    """Learn a little more first: a review takes a fifth of the course."""


@routes.get("/courses/{course_id}/reviews", query=ReviewQuery, data=ReviewSchema, many=True)
async def list_reviews(request: web.Request) -> Page[Review]:
    """What students say about a course, the newest first; for everyone who sees the course."""
    course_id = path_id(request, "course_id")
    user = current_user(request)
    access = await get_course_access(pool(request), course_id, user.id if user else None)
    reads = access.is_enrolled or may_edit_course(user, access.instructor_id)
    if access.status == "draft" and not reads:
        raise NotFound
    filters = {"updated_since": request[QUERY].get("updated_since")}
    rows = await queries.list_reviews(
        pool(request),
        course_id,
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
        **filters,
    )
    total = None
    if request[QUERY]["include_total"]:
        total = await queries.count_reviews(pool(request), course_id, **filters)
    return page(request, rows, lambda review: [review.created_at, review.id], total=total)


@routes.put(
    "/courses/{course_id}/reviews",
    body=OwnReview,
    data=ReviewSchema,
    message="Thank you for your review.",
    errors=(ReviewTooEarly,),
)
async def put_review(request: web.Request) -> Reply:
    """Write your review of a course, or replace it; for students with 20 % progress."""
    student = require_user(request)
    course_id = path_id(request, "course_id")
    async with transaction(request) as db:
        await queries.lock_ratings(db, course_id)
        standing = await queries.get_standing(db, course_id, student.id)
        if standing is None:
            access = await get_course_access(db, course_id, student.id)
            seen = access.status != "draft" or may_edit_course(student, access.instructor_id)
            raise Forbidden if seen else NotFound
        if standing.progress_percent < _ENOUGH_PERCENT:
            raise ReviewTooEarly
        check_if_match(request, standing.reviewed_at)
        if standing.reviewed_at is None and "If-Match" in request.headers:
            raise PreconditionFailed  # there is no review yet that could match
        review = await queries.put_review(db, course_id, student.id, **request[BODY])
        if standing.reviewed_at is None:
            data = {"review_id": review.id, "course_id": course_id, "student_id": student.id}
            told = {**data, "rating": review.rating}
            await record_event(db, "review.created", told, course_id=course_id)
    return Reply(review, version=version_of(review.updated_at))
