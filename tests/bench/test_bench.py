"""The bench's data, its plans, and a run of it."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import orjson
import pytest

from lms import migrate
from lms.bench.data import Sizes, fill
from lms.bench.plans import scanned_tables
from lms.bench.report import write_part
from lms.bench.site import own_database
from lms.db import Query
from lms.settings import Settings

# Their rows grow with use; the other tables have as many as the program has of something.
_GROWING = {
    "users", "sessions", "revocations", "courses", "course_counters", "lessons", "enrollments",
    "lesson_progress", "certificates", "jobs", "idempotency_keys",
}  # fmt: skip
# The bench's data has none of these.
_EMPTY = {"sessions", "revocations", "certificates", "jobs", "idempotency_keys"}
# What requests run that many people send.
_HOT = (
    "auth/get_current_user",
    "auth/get_session_for_update",
    "auth/list_recent_revocations",
    "certificates/get_certificate_by_number",
    "courses/get_course",
    "courses/get_course_by_slug",
    "courses/list_courses_by_newest",
    "courses/list_courses_by_popularity",
    "courses/list_courses_by_title",
    "courses/list_versions",
    "enrollments/complete_enrollment",
    "enrollments/complete_lesson",
    "enrollments/enroll",
    "enrollments/get_enrollment",
    "enrollments/get_enrollment_for_update",
    "enrollments/get_place",
    "enrollments/list_lesson_progress",
    "enrollments/get_learner_course",
    "enrollments/list_learner_quizzes",
    "enrollments/list_outline",
    "enrollments/list_my_enrollments_by_newest",
    "idempotency/get_reply",
    "lessons/get_course_access",
    "lessons/get_lesson",
    "lessons/list_lessons_page",
    "users/get_user",
)


async def test_no_hot_path_reads_a_growing_table_from_end_to_end(settings: Settings) -> None:
    with own_database(settings.database_url.value, "plans") as url:
        migrate.migrate(url)
        connection = await asyncpg.connect(url)
        try:
            sizes = Sizes(courses=2_000, lessons=3, students=300, signed_in=1)
            await fill(connection, sizes)
            await connection.execute("analyze")
            scanned = await _scanned(connection, _HOT)
            everything = await _scanned(connection, ("bench/count_places",))
            # What is empty is read from end to end for good reasons; is there another way?
            await connection.execute("set enable_seqscan = off")
            needed = await _scanned(connection, _HOT)
        finally:
            await connection.close()
    assert {name: tables - _EMPTY for name, tables in scanned.items() if tables - _EMPTY} == {}
    assert needed == {}
    assert "enrollments" in everything["bench/count_places"]  # a scan is found where one is


async def _scanned(connection: asyncpg.Connection, names: tuple[str, ...]) -> dict[str, set[str]]:
    found = {n: await scanned_tables(connection, Query.registry[n]) & _GROWING for n in names}
    return {name: tables for name, tables in found.items() if tables}


def test_a_part_of_the_page_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: x -->\nold\n<!-- end: x -->\nafter\n")
    write_part(page, "x", "new")
    assert page.read_text() == "before\n<!-- measured: x -->\nnew\n<!-- end: x -->\nafter\n"
    with pytest.raises(LookupError):
        write_part(page, "y", "new")


@pytest.mark.slow
def test_a_small_run_measures_every_scenario(settings: Settings, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    environ = {
        **os.environ,
        "LMS_DATABASE_URL": settings.database_url.value,
        "LMS_REDIS_URL": settings.redis_url.value,
    }
    size = ["--courses", "100", "--students", "200", "--rounds", "1", "--seconds", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "lms.bench", "--quick", *size, "--json", str(figures)],
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = orjson.loads(figures.read_bytes())
    assert {"courses", "course", "me", "my-courses", "learn", "complete"} <= {
        scenario["name"] for scenario in found["scenarios"]
    }
    assert all(scenario["of_bare"][0] > 0 for scenario in found["scenarios"])
    assert found["login"]["per_second"] > 0
