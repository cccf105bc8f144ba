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
