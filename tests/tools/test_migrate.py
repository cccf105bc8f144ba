"""The schema: up, down, up again, by several at once, and after a kill."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from lms.settings import Settings
from lms.tools import migrate
from tests.conftest import run_sql, with_database
from tests.tools.schemas import schema, tables

Migrations = Callable[[dict[str, str]], None]


@pytest.fixture
async def url(base_settings: Settings, worker_name: str) -> AsyncIterator[str]:
    """An empty database."""
    name = f"lms_migrate_{worker_name}"
    await run_sql(
        base_settings.database_url,
        f'drop database if exists "{name}" with (force)',
        f'create database "{name}"',
    )
    yield with_database(base_settings.database_url, name).value
    await run_sql(base_settings.database_url, f'drop database "{name}" with (force)')


@pytest.fixture
def migrations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Migrations:
    """Uses these files in place of ours."""

    def use(files: dict[str, str]) -> None:
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(migrate, "resource_dir", lambda name: tmp_path)

    return use


def test_a_second_run_has_nothing_to_do(url: str) -> None:
    said: list[str] = []
    first = migrate.migrate(url)
    assert first == sorted(first)
    assert migrate.migrate(url, said.append) == []
    assert said == ["The schema is up to date."]
    assert all(applied for _, applied in migrate.status(url))


def test_several_starts_at_once_apply_each_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(migrate.migrate, [url] * 4))
    assert sum(map(len, applied)) == len(migrate.status(url))


def test_every_migration_can_be_rolled_back(url: str) -> None:
    names = migrate.migrate(url)
    before = schema(url)
    assert migrate.rollback(url, len(names)) == names[::-1]
    assert tables(url) == set()
    assert migrate.migrate(url) == names
    assert schema(url) == before


def test_rollback_undoes_the_newest_only(url: str, migrations: Migrations) -> None:
    migrations(
        {
            "0001.a.sql": "create table a ();",
            "0001.a.rollback.sql": "drop table a;",
            "0002.b.sql": "-- depends: 0001.a\ncreate table b ();",
            "0002.b.rollback.sql": "drop table b;",
        }
    )
    migrate.migrate(url)
    assert migrate.rollback(url, 1) == ["0002.b"]
    assert tables(url) == {"a"}


def test_a_failing_migration_leaves_nothing_and_is_named(url: str, migrations: Migrations) -> None:
    migrations(
        {"0001.ok.sql": "create table ok ();", "0002.half.sql": "create table half (); oops"}
    )
    with pytest.raises(migrate.MigrationError, match=r"0002\.half"):
        migrate.migrate(url)
    assert tables(url) == {"ok"}
    assert migrate.status(url) == [("0001.ok", True), ("0002.half", False)]


def test_a_function_body_is_one_statement(url: str, migrations: Migrations) -> None:
    body = "declare n int; begin n := 1; if n = 1 then return 'a;b'; end if; return ''; end"
    migrations(
        {"0001.f.sql": f"create function f() returns text language plpgsql as $$ {body} $$;"}
    )
    migrate.migrate(url)
    with psycopg.connect(url) as connection:
        assert connection.execute("select f()").fetchone() == ("a;b",)


def test_an_index_is_made_while_others_wait_to_migrate(url: str, migrations: Migrations) -> None:
    migrations(
        {
            "0001.t.sql": "create table t (id int);",
            "0002.i.sql": "-- transactional: false\ncreate index concurrently i on t (id);\n",
        }
    )
    with ThreadPoolExecutor(3) as pool:
        applied = list(pool.map(migrate.migrate, [url] * 3))
    assert sorted(map(len, applied)) == [0, 0, 2]


def test_the_lock_of_a_killed_run_is_released(url: str) -> None:
    migrate.status(url)  # makes yoyo's own tables
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 1)")
    assert migrate.migrate(url)


async def test_a_busy_table_is_tried_again(
    url: str, migrations: Migrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_PAUSE_SECONDS", 0.0)
    migrations({"0001.t.sql": "create table t ();"})
    migrate.migrate(url)
    migrations({"0002.t.sql": "alter table t add column a int;"})
    with psycopg.connect(url) as reader:
        reader.execute("select from t")
        waiting = asyncio.create_task(asyncio.to_thread(migrate.migrate, url))
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(is_anyone_waiting, url):
                pass
        reader.rollback()
        assert await waiting == ["0002.t"]


def is_anyone_waiting(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from pg_locks where not granted").fetchone()
    return row is not None and row[0] > 0


def test_a_password_with_every_sign_works(url: str, base_settings: Settings) -> None:
    """yoyo reads the URL by itself; it has to read it as asyncpg does."""
    parsed = migrate.parse_uri("postgresql://u:p%40%2F%3A%25@h:1/d?sslmode=disable")
    assert (parsed.password, parsed.args) == ("p@/:%", {"sslmode": "disable"})


def test_old_events_get_their_owners(url: str) -> None:
    migrate.migrate(url)
    newer = [name for name, _ in migrate.status(url) if name >= "0058"]
    migrate.rollback(url, len(newer))
    with psycopg.connect(url) as connection:
        connection.execute(
            "with teacher as (insert into users (email, email_key, full_name, role)"
            " values ('t@example.com', 't@example.com', 'Tara', 'instructor') returning id),"
            " course as (insert into courses (instructor_id, title, slug)"
            " select id, 'Bees', 'bees' from teacher returning id)"
            " insert into events (type, course_id, data)"
            " select 'lesson.completed', id, '{}' from course, generate_series(1, 4500)"
        )
        connection.execute(
            "insert into events (type, course_id, data) select 'course.archived', uuid_v7(),"
            " jsonb_build_object('instructor_id', id) from users"
        )
        connection.execute("insert into events (type, data) values ('user.registered', '{}')")
    migrate.migrate(url)
    with psycopg.connect(url) as connection:
        counted = connection.execute(
            "select type, count(*), count(users.id) from events"
            " left join users on users.id = events.instructor_id group by type order by type"
        ).fetchall()
    assert counted == [
        ("course.archived", 1, 1),
        ("lesson.completed", 4500, 4500),
        ("user.registered", 1, 0),
    ]


def test_open_attempts_of_ended_enrolments_are_to_be_closed(url: str) -> None:
    """Made by the release before: one student left with an attempt open, another goes on."""
    migrate.migrate(url)
    newer = [name for name, _ in migrate.status(url) if name >= "0081"]
    migrate.rollback(url, len(newer))
    with psycopg.connect(url) as connection:
        connection.execute(
            "with teacher as (insert into users (email, email_key, full_name, role)"
            " values ('t@example.com', 't@example.com', 'Tara', 'instructor') returning id),"
            " student as (insert into users (email, email_key, full_name)"
            " select n || '@example.com', n || '@example.com', n"
            " from unnest(array['sam', 'olly']) as n returning id),"
            " course as (insert into courses (instructor_id, title, slug)"
            " select id, 'Bees', 'bees' from teacher returning id),"
            " quiz as (insert into quizzes (course_id, title) select id, 'Wax' from course"
            " returning id),"
            " place as (insert into enrollments (course_id, student_id)"
            " select course.id, student.id from course, student returning id, student_id)"
            " insert into attempts (quiz_id, student_id, enrollment_id, number, passing_score,"
            " max_points) select quiz.id, student_id, place.id, 1, 50, 1 from quiz, place"
        )
    with psycopg.connect(url) as connection:
        connection.execute("update enrollments set status = 'dropped' where student_name = 'sam'")
    migrate.migrate(url)
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select e.student_name, access_end_since(e, a.started_at) is not null,"
            " e.access_ended_at <= now(), j.kind, a.status"
            " from enrollments e join attempts a on a.enrollment_id = e.id"
            " left join jobs j on j.args ->> 'enrollment_id' = e.id::text order by 1"
        ).fetchall()
        # The release before still runs, and ends another: the promise is made all the same.
        connection.execute("update enrollments set status = 'dropped' where student_name = 'olly'")
        promised = connection.execute(
            "select count(*) from jobs where kind = 'close_ended_attempts'"
        ).fetchone()
    assert found == [
        ("olly", False, None, None, "in_progress"),
        ("sam", True, True, "close_ended_attempts", "in_progress"),
    ]
    assert promised == (2,)


# What programs from before the schema `figures` go on sending while the next release starts.
_OLD_FOLD = (
    "insert into figures as kept (scope, name, n)"
    " select scope, name, sum(n) from figure_moves group by scope, name"
    " on conflict on constraint figures_pkey do update set n = kept.n + excluded.n",
    "insert into figure_buckets as kept (scope, name, key, n)"
    " select scope, name, key, sum(n) from bucket_moves group by scope, name, key"
    " on conflict on constraint figure_buckets_pkey do update set n = kept.n + excluded.n",
    "insert into taught_students (instructor_id, student_id, active_hour)"
    " select instructor_id, student_id, active_hour from taught_moves"
    " on conflict on constraint taught_students_pkey"
    " do update set active_hour = excluded.active_hour",
    "insert into course_outlines as kept (course_id, lessons) select id, '{}' from courses"
    " on conflict on constraint course_outlines_pkey do update set lessons = excluded.lessons"
    " where kept.lessons is distinct from excluded.lessons",
    "update course_outlines set lessons = null",
    "with a as (delete from enrollment_changes), b as (delete from lesson_changes),"
    " c as (delete from outline_changes), d as (delete from figure_buckets where n = 0)"
    " delete from figure_changes",
)
_OLD_READS = (
    "select name, n from exact_figures where scope = site() order by name",
    "select name, key, n from exact_buckets where scope <> people() order by name, key",
    "select count(*) from bucket_parts where key <= hour_of(now())",
    "select course_id from stale_outlines",
    "select lesson_id, title, is_counted from lesson_pairs",
    "select count(*) from done_moves",
    "select count(*) from both_moves",
)


def _teach(connection: psycopg.Connection, name: str) -> None:
    """A teacher, a course of one lesson and a student in it."""
    connection.execute(
        "with teacher as (insert into users (email, email_key, full_name, role)"
        " values (%(name)s, %(name)s, 'Tara', 'instructor') returning id),"
        " course as (insert into courses (instructor_id, title, slug)"
        " select id, 'Bees', %(name)s from teacher returning id),"
        " lesson as (insert into lessons (course_id, title, content_type, position)"
        " select id, 'Wax', 'text', 1 from course)"
        " insert into enrollments (course_id, student_id)"
        " select course.id, teacher.id from course, teacher",
        {"name": name},
    )


def test_the_release_before_reads_and_folds_figures(url: str) -> None:
    """On connections that prepared their statements before the tables moved."""
    migrate.migrate(url)
    newer = [name for name, _ in migrate.status(url) if name >= "0063"]
    migrate.rollback(url, len(newer))
    with psycopg.connect(url, autocommit=True, prepare_threshold=0) as old:
        _teach(old, "one")
        for statement in (*_OLD_FOLD, *_OLD_READS):
            old.execute(statement)
        _teach(old, "two")
        read = [old.execute(statement).fetchall() for statement in _OLD_READS]
        migrate.migrate(url)
        assert [old.execute(statement).fetchall() for statement in _OLD_READS] == read
        _teach(old, "three")
        exact = [old.execute(statement).fetchall() for statement in _OLD_READS[:2]]
        for statement in _OLD_FOLD:
            old.execute(statement)
        assert [old.execute(statement).fetchall() for statement in _OLD_READS[:2]] == exact
        assert ("users:instructor", 3) in exact[0]
        kept = old.execute(
            "select (select count(*) from only figures.taught_students),"
            " (select count(*) from only figures.course_outlines where lessons is null),"
            " (select count(*) from figures.enrollment_changes)"
        ).fetchone()
        assert kept == (3, 3, 0)
        old.execute("select note_everything()")
        assert old.execute(_OLD_READS[0]).fetchall() == exact[0]


def test_certificates_and_attempts_of_the_release_before_go_on(url: str) -> None:
    """One certificate and an open attempt whose student has 15 minutes more than others."""
    migrate.migrate(url)
    newer = [name for name, _ in migrate.status(url) if name >= "0085"]
    migrate.rollback(url, len(newer))
    with psycopg.connect(url) as connection:
        connection.execute(
            "with u as (insert into users (email, email_key, full_name, role)"
            " values ('s@example.com', 's@example.com', 'Sam', 'instructor') returning id),"
            " c as (insert into courses (instructor_id, title, slug)"
            " select id, 'Bees', 'bees' from u returning id),"
            " e as (insert into enrollments (student_id, course_id)"
            " select u.id, c.id from u, c returning id, student_id, course_id),"
            " q as (insert into quizzes (course_id, title, passing_score, time_limit_minutes,"
            "  available_until)"
            " select id, 'Q', 50, 60, '2100-01-01T00:00Z' from c returning id),"
            " x as (insert into quiz_extensions (quiz_id, user_id, extra_minutes)"
            " select q.id, u.id, 15 from q, u),"
            " a as (insert into attempts (quiz_id, student_id, enrollment_id, number, max_points,"
            "  passing_score, available_until, started_at, expires_at)"
            " select q.id, e.student_id, e.id, 1, 1, 50, '2100-01-01T00:00Z',"
            "  '2099-12-31T23:30Z', '2100-01-01T00:00Z' from q, e)"
            " insert into certificates (number, enrollment_id, student_id, course_id,"
            "  student_name, course_title, completed_at)"
            " select 'N1', id, student_id, course_id, 'Sam', 'Bees', now() from e"
        )
    migrate.migrate(url)
    # As the release before asks, while its processes still run.
    again = (
        "insert into certificates (number, enrollment_id, student_id, course_id, student_name,"
        " course_title, completed_at) select 'N2', enrollment_id, student_id, course_id,"
        " student_name, course_title, completed_at from certificates"
        " on conflict on constraint certificates_one_per_enrollment do nothing returning id"
    )
    with psycopg.connect(url) as connection:
        assert connection.execute(again).fetchall() == []
        row = connection.execute(
            "select status, edition, is_public, replaced_by from certificate_details"
        ).fetchone()
        assert row == ("pending", 1, False, None)
        moved = connection.execute(
            "select expires_at = '2100-01-01T00:15Z', available_until = expires_at from attempts"
        ).fetchone()
        assert moved == (True, True)
        connection.execute(
            "update certificates set status = 'replaced', issued_at = now();"
            " insert into certificates (number, enrollment_id, student_id, course_id, student_name,"
            " course_title, completed_at, edition, status, issued_at, storage_key)"
            " select 'N2', enrollment_id, student_id, course_id, student_name, course_title,"
            " completed_at, 2, 'issued', now(), 'k' from certificates"
        )
    # The way back keeps the one that stands.
    migrate.rollback(url, len(newer))
    with psycopg.connect(url) as connection:
        rows = connection.execute("select number, status from certificates").fetchall()
    assert rows == [("N2", "issued")]
