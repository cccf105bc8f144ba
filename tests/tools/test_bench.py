"""The bench's data, its plans, and a run of it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import orjson
import pytest

from lms.app import DOMAINS, load_domain
from lms.core.db.query import Query
from lms.settings import Settings
from lms.tools import migrate
from lms.tools.bench import client as load_client
from lms.tools.bench.data import Sizes, fill
from lms.tools.bench.load import LoadError, read_result
from lms.tools.bench.plans import scanned_tables
from lms.tools.bench.report import write_part
from lms.tools.bench.scenarios import SCENARIOS
from lms.tools.bench.site import own_database

# Their rows grow with use; the other tables have as many as the program has of something.
_GROWING = {
    "users", "sessions", "revocations", "courses", "course_counters", "lessons", "enrollments",
    "lesson_progress", "certificates", "jobs", "idempotency_keys", "attempts", "attempt_questions",
    "audit_log", "login_throttles", "login_streaks", "login_addresses", "sign_in_places",
}  # fmt: skip
# The bench's data has none of these, or a handful.
_EMPTY = {
    "attempts", "attempt_questions",
    "sessions", "revocations", "certificates", "jobs", "idempotency_keys", "audit_log",
    "login_throttles", "login_streaks", "login_addresses", "sign_in_places",
}  # fmt: skip
# What requests run that many people send.
_HOT = (
    "attempts/list_shapes",
    "attempts/save_answers",
    "core/audit/create_entry",
    "auth/record_address_failure",
    "auth/record_failure",
    "auth/record_streak",
    "auth/forget_failures",
    "auth/get_sign_in",
    "auth/get_current_user",
    "auth/lock_session",
    "auth/lock_wait",
    "auth/list_recent_revocations",
    "auth/lock_account",
    "auth/open_session",
    "certificates/get_certificate_by_enrollment",
    "certificates/get_certificate_by_number",
    "courses/get_course",
    "courses/get_course_by_slug",
    "courses/list_courses_by_newest",
    "courses/list_courses_by_popularity",
    "courses/list_courses_by_title",
    "courses/get_versions",
    "enrollments/complete_enrollment",
    "enrollments/complete_lesson",
    "enrollments/enroll",
    "enrollments/get_enrollment",
    "enrollments/lock_enrollment",
    "enrollments/get_lesson_progress",
    "enrollments/get_admission",
    "enrollments/list_lesson_progress",
    "enrollments/get_learner_course",
    "enrollments/list_learner_quizzes",
    "enrollments/list_outline",
    "enrollments/list_my_enrollments_by_newest",
    "middlewares/get_reply",
    "courses/get_course_access",
    "lessons/get_lesson",
    "lessons/list_lessons_page",
    "users/get_user",
)
# It reads every enrolment.
_COUNTING = "tools/bench/update_enrollment_counts"


async def test_no_hot_path_reads_a_growing_table_from_end_to_end(settings: Settings) -> None:
    for domain in DOMAINS:
        load_domain(domain)  # a Query registers itself where it is declared
    with own_database(settings.database_url.value, "plans") as url:
        migrate.migrate(url)
        connection = await asyncpg.connect(url)
        try:
            # With fewer courses, reading all their counters is the quicker plan indeed.
            sizes = Sizes(courses=8_000, lessons=3, students=300, signed_in=1)
            await fill(connection, sizes)
            await connection.execute("analyze")
            scanned = await _scanned(connection, _HOT)
            everything = await _scanned(connection, (_COUNTING,))
            # What is small is read from end to end for good reasons; is there another way?
            await connection.execute("set enable_seqscan = off")
            needed = await _scanned(connection, _HOT)
        finally:
            await connection.close()
    assert {name: tables - _EMPTY for name, tables in scanned.items() if tables - _EMPTY} == {}
    assert needed == {}
    assert "enrollments" in everything[_COUNTING], "a scan is found where one is"


async def _scanned(connection: asyncpg.Connection, names: tuple[str, ...]) -> dict[str, set[str]]:
    found = {n: await scanned_tables(connection, Query.registry[n]) & _GROWING for n in names}
    return {name: tables for name, tables in found.items() if tables}


def test_only_one_part_of_the_page_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: x -->\nold\n<!-- end: x -->\nafter\n")
    write_part(page, "x", "new")
    assert page.read_text() == "before\n<!-- measured: x -->\nnew\n<!-- end: x -->\nafter\n"
    with pytest.raises(LookupError):
        write_part(page, "y", "new")
    page.write_text("before\n<!-- measured: x -->\nold\nafter, and no end\n")
    with pytest.raises(LookupError):
        write_part(page, "x", "new")
    assert "after, and no end" in page.read_text()


@asynccontextmanager
async def _answering(seconds: float, *, closing: bool = False) -> AsyncIterator[int]:
    """The port of a server that takes so long for each reply."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(seconds)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                if closing:
                    break
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


_GET = [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"]


async def test_our_client_counts_waiting_for_a_connection_but_not_for_its_turn() -> None:
    async with _answering(0.05) as port:
        rare = await load_client.run(_GET, port, seconds=0.5, connections=1, per_second=10)
        often = await load_client.run(_GET, port, seconds=0.5, connections=1, per_second=40)
    assert 0.05 <= rare["p50"] < 0.1, "it sleeps 50 ms between two, which nobody waited for"
    assert often["p99"] > 0.2, "twenty are due, and ten are answered"


async def test_our_client_ends_when_the_server_closes_a_connection() -> None:
    async with _answering(0, closing=True) as port:
        with pytest.raises(ConnectionError):
            await load_client.run(_GET, port, seconds=5, connections=1, per_second=20)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "Traceback: no route to host",
        'RESULT {"requests": 5, "seconds": 1, "p50": 0.1, "p99": 0.2, "failed": 1}',
        'RESULT {"requests": 0, "seconds": 1, "p50": 0.1, "p99": 0.2, "failed": 0}',
    ],
)
def test_a_failed_load_gives_no_figure(output: str) -> None:
    with pytest.raises(LoadError):
        read_result(output)


def test_an_unknown_scenario_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lms.tools.bench", "lern"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "no scenario lern" in done.stderr


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
        [sys.executable, "-m", "lms.tools.bench", "--quick", *size, "--json", str(figures)],
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = orjson.loads(figures.read_bytes())
    assert [s["name"] for s in found["scenarios"]] == [s.name for s in SCENARIOS]
    for scenario in found["scenarios"]:
        assert set(scenario["samples"]) == {"lms", "bare", "usual"}
    (one,) = found["login"]["rounds"]
    assert 0 < one["logins"] < 2 * one["hashes"]
