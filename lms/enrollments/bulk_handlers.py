"""Enrolling many people at once, and reading how far that is."""

from typing import Any

import asyncpg
import orjson
from aiohttp import web

from lms.core.csv_table import encoding_of
from lms.core.http.body import read_body
from lms.core.http.checked_body import read_checked
from lms.core.http.reply import Reply
from lms.core.http.request import QUERY, RAW_BODY, SETTINGS, path_id, pool, require_user
from lms.core.http.routing import Routes
from lms.core.http.streamed import Streamed
from lms.core.parsers import PARSER_FAULTS, PARSERS, PARSING_DEADLINE
from lms.courses.queries import get_course_access
from lms.courses.rights import require_own_course
from lms.enrollments import bulk_queries
from lms.enrollments.bulk import start_bulk_enrollment
from lms.enrollments.bulk_csv import MalformedCsv, Row, read_rows
from lms.enrollments.bulk_queries import BulkEnrollment
from lms.enrollments.bulk_schemas import MAX_ROWS, BulkQuery, JobSchema, NewBulkEnrollment
from lms.enrollments.errors import CourseNotOpen, InvitationsUsedUp
from lms.errors import Forbidden, MalformedJson, NotFound, UnsupportedMediaType, invalid
from lms.permissions import may_edit_course

routes = Routes("Learning")

_MAX_CSV_BYTES = 4 << 20  # 10,000 rows of 400: a long address, and a name in any script


# Windows calls a CSV file so where Excel is installed.
_CSV_TYPES = ("text/csv", "application/vnd.ms-excel")


@routes.post(
    "/courses/{course_id}/enrollments/bulk",
    body=NewBulkEnrollment,
    query=BulkQuery,
    data=JobSchema,
    status=202,
    message="The rows are being processed; read the job to see how far it is.",
    body_types=("application/json", "text/csv"),
    reads_body=False,
    errors=(
        CourseNotOpen,
        InvitationsUsedUp,
        Forbidden,
        MalformedJson,
        MalformedCsv,
        *PARSER_FAULTS,
    ),
    deadline=PARSING_DEADLINE + 10,  # and the body, which the handler reads
)
async def enroll_in_bulk(request: web.Request) -> Streamed:
    """Enrol many people by e-mail address: at once, or once they have proved the address.

    Whoever has not is invited, and has a place that waits for them. Beyond the capacity a place
    waits until another one becomes free. It counts as paid. On a dry run the job tells what would
    become of each row. Teachers are not told which addresses have an account. CSV is read as
    spreadsheets write it, also as `application/vnd.ms-excel`.
    """
    user = require_user(request)
    course_id = await require_own_course(request, pool(request))
    rows, dry_run = await _read_rows(request)
    dry_run = dry_run or request[QUERY]["dry_run"]

    async def start(db: asyncpg.Connection) -> Reply:
        access = await get_course_access(db, course_id, user.id)
        if access.status != "published":
            raise CourseNotOpen
        job_id = await start_bulk_enrollment(
            db,
            course_id,
            user.id,
            rows,
            dry_run=dry_run,
            most_a_day=request.app[SETTINGS].invitations_per_day,
        )
        job = await bulk_queries.get_bulk_enrollment(db, job_id, sees_accounts=user.is_admin)
        return Reply(_show(job), headers={"Location": f"/api/v1/jobs/{job_id}"})

    return Streamed(request[RAW_BODY], start)


@routes.get("/jobs/{job_id}", data=JobSchema)
async def get_job(request: web.Request) -> dict[str, Any]:
    """How far a bulk enrolment is, with the result of each row; for the course's teacher."""
    user = require_user(request)
    job_id = path_id(request, "job_id")
    job = await bulk_queries.get_bulk_enrollment(pool(request), job_id, sees_accounts=user.is_admin)
    if not may_edit_course(user, job.instructor_id):
        raise NotFound
    return _show(job)


async def _read_rows(request: web.Request) -> tuple[list[Row], bool]:
    kind = request.content_type
    if kind not in _CSV_TYPES:
        given = await read_checked(request, NewBulkEnrollment())
        return [(email, None) for email in given["emails"]], given["dry_run"]
    encoding = encoding_of(request.charset)
    if encoding is None:
        raise UnsupportedMediaType("Send CSV in UTF-8, UTF-16 or windows-1252.")
    raw = await read_body(request, _MAX_CSV_BYTES)
    rows = await request.app[PARSERS].run(read_rows, raw, encoding)
    if not 1 <= len(rows) <= MAX_ROWS:
        raise invalid("", "invalid_length", f"Send 1 to {MAX_ROWS} rows.")
    return rows, False


def _show(job: BulkEnrollment) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": "bulk_enrollment",
        "status": job.status,
        "course_id": job.course_id,
        "dry_run": job.dry_run,
        "total": job.total,
        "processed": job.processed,
        "progress_percent": 100 * job.processed // job.total,
        "counts": job.counts,
        "results": orjson.Fragment(job.results),
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "finished_at": job.finished_at,
    }
