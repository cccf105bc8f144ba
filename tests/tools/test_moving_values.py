"""What a database of an earlier release holds is moved into what values may be now."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from lms.core.addresses import normalize_email
from lms.settings import Settings
from lms.tools import migrate
from tests.conftest import run_sql, with_database

FIRST = "0070.allow-short-titles"
ADDRESSES = {
    "User@FAß.de": "user@fass.de",
    "user@STRAẞE.münchen.example": "user@strasse.xn--mnchen-3ya.example",
    "user@νίκος.gr": "user@xn--kxawhku.gr",
    "user@xn--mnchen-3ya.example": "user@xn--mnchen-3ya.example",
    "straße@münchen.example": "strasse@xn--mnchen-3ya.example",
    "user@نامه\u200cای.example": "user@xn--mgba3gch31f.example",
    "sam@example.com": "sam@example.com",
    "a@[127.0.0.1]": "a@[127.0.0.1]",
}


@pytest.fixture
async def before(base_settings: Settings, worker_name: str) -> AsyncIterator[str]:
    """A database as the release before made it."""
    name = f"lms_values_{worker_name}"
    await run_sql(
        base_settings.database_url,
        f'drop database if exists "{name}" with (force)',
        f'create database "{name}"',
    )
    url = with_database(base_settings.database_url, name).value
    names = migrate.migrate(url)
    migrate.rollback(url, sum(name >= FIRST for name in names))
    yield url
    await run_sql(base_settings.database_url, f'drop database "{name}" with (force)')


def _rows(url: str, statement: str, *args: Any) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement, args or None)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def _add_course(url: str) -> Any:
    [(tara,)] = _rows(
        url,
        "insert into users (email, email_key, full_name, role)"
        " values ('tara@x.example', 'tara@x.example', 'Tara', 'instructor') returning id",
    )
    [(course,)] = _rows(
        url,
        "insert into courses (title, slug, instructor_id) values ('Python', 'python', %s)"
        " returning id",
        tara,
    )
    return course


def test_times_out_of_range_move_to_the_edge(before: str) -> None:
    course = _add_course(before)
    windows = [
        ("1969-01-01Z", "9999-12-31 23:59:59.999999Z"),
        ("9998-01-01Z", "9999-01-01Z"),
        ("0001-01-01Z", "0002-01-01Z"),
        ("2026-01-01Z", "2027-01-01Z"),
        (None, "10000-01-01Z"),
        (None, None),
    ]
    for number, (start, end) in enumerate(windows):
        _rows(
            before,
            "insert into quizzes (course_id, title, available_from, available_until)"
            " values (%s, %s, %s, %s)",
            course, str(number), start, end,
        )  # fmt: skip
    migrate.migrate(before)
    shown = "select to_char({} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    text = _rows(
        before,
        f"select ({shown.format('available_from')}), ({shown.format('available_until')})"
        " from quizzes order by title",
    )
    last = "2199-12-31 23:59:59.999999"
    assert text == [
        ("1970-01-01 00:00:00.000000", last),
        ("2199-12-31 00:00:00.000000", last),
        ("1970-01-01 00:00:00.000000", "1970-01-02 00:00:00.000000"),
        ("2026-01-01 00:00:00.000000", "2027-01-01 00:00:00.000000"),
        (None, last),
        (None, None),
    ]
    with pytest.raises(psycopg.errors.CheckViolation):
        _rows(before, "update quizzes set available_until = '2200-01-01Z' where title = '5'")
    unchecked = _rows(before, "select conname from pg_constraint where not convalidated")
    assert not {"courses_title_length", "quizzes_times_in_range"} & {name for (name,) in unchecked}


def test_an_attempt_that_would_end_after_all_time_can_be_read(before: str) -> None:
    course = _add_course(before)
    end = "10000-01-01 00:00:00Z"  # what 9999-12-31T23:59:59.9999999Z was rounded to
    # No limit of time, and so nothing to expire by, stays as it is.
    attempt = f"""
        with quiz as (
            insert into quizzes (course_id, title, available_until)
            values ('{course}', 'Late', '{end}') returning id),
        sam as (
            insert into users (email, email_key, full_name)
            values ('sam@x.example', 'sam@x.example', 'Sam') returning id),
        enrollment as (
            insert into enrollments (course_id, student_id)
            select '{course}', id from sam returning id, student_id)
        insert into attempts (quiz_id, student_id, enrollment_id, number, passing_score,
                              available_until, expires_at, max_points)
        select quiz.id, student_id, enrollment.id, 1, 70, '{end}', '{end}', 1
        from quiz, enrollment
    """
    _rows(before, attempt)
    migrate.migrate(before)
    [(until, expires)] = _rows(before, "select available_until, expires_at from attempts")
    assert (until.year, expires.year) == (2199, 2199)


def test_addresses_are_compared_by_the_new_rule(before: str) -> None:
    taken = [("user@fa\u00df.example", "user@fass.example"), ("o@xn--fa-hia.example",) * 2]
    taken.append(("o@faß.example", "o@fass.example"))
    for email, key in (*ADDRESSES.items(), *taken):
        for statement in (
            "insert into users (email, email_key, full_name) values (%s, %s, 'Sam')",
            "insert into pending_registrations (email, email_key, full_name, password_hash)"
            " values (%s, %s, 'Sam', '')",
        ):
            _rows(before, statement, email, key)
    migrate.migrate(before)
    for table in ("users", "pending_registrations"):
        keys: dict[str, str] = dict(_rows(before, f"select email, email_key from {table}"))
        for email in ADDRESSES:
            assert keys[email] == normalize_email(email), table
    # Somebody who has the address by its A-label keeps it, and the other one her account.
    keys = dict(_rows(before, "select email, email_key from users"))
    assert keys["o@xn--fa-hia.example"] == "o@xn--fa-hia.example"
    assert keys["o@faß.example"] == "o@fass.example"
    names = migrate.status(before)
    migrate.rollback(before, sum(name >= "0072" for name, _ in names))
    keys = dict(_rows(before, "select email, email_key from users"))
    assert {email: keys[email] for email in ADDRESSES} == ADDRESSES
