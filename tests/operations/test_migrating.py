"""The schema changes under traffic: nobody fails, nobody waits, and a kill does no harm."""

import asyncio
import contextlib
import random
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from lms.core.db.resources import resource_dir
from lms.settings import Settings
from lms.tools import migrate
from lms.tools.seed import demo as seed
from tests.api import Api
from tests.conftest import run_sql, with_database
from tests.factories import make_open_course
from tests.operations.traffic import As, Load, Watch
from tests.people import PASSWORD
from tests.running import eventually, free_port, serving_api
from tests.tools.schemas import schema

pytestmark = pytest.mark.slow

_ENROLLMENTS = 5_000
_LONGEST_LOCK = 1.0  # seconds
# What a release may bring: everything is added, on tables that are in use.
_EXPANSIONS = {
    "9001.add-columns": (
        "alter table courses add column remark text;\n"
        "alter table enrollments add column remark text not null default '';\n"
        "alter table users add column remark text;",
        "alter table users drop column remark;\n"
        "alter table enrollments drop column remark;\n"
        "alter table courses drop column remark;",
    ),
    "9002.index-remarks": (
        "-- transactional: false\n"
        "create index concurrently if not exists enrollments_by_remark "
        "on enrollments (remark, id);",
        "-- transactional: false\ndrop index concurrently if exists enrollments_by_remark;",
    ),
    "9003.limit-remarks": (
        "alter table enrollments add constraint enrollments_remark_length "
        "check (length(remark) < 100) not valid;",
        "alter table enrollments drop constraint enrollments_remark_length;",
    ),
    "9004.validate-remarks": (
        "alter table enrollments validate constraint enrollments_remark_length;",
        "select 1;",
    ),
    "9005.create-remarks": (
        "create table remarks (id uuid primary key, user_id uuid not null references users, "
        "course_id uuid not null references courses);",
        "drop table remarks;",
    ),
}
_MIGRATE = """
import sys
from pathlib import Path
from lms.tools import migrate
migrate.resource_dir = lambda name: Path(sys.argv[2])
migrate.migrate(sys.argv[1], lambda text: print(text, flush=True))
"""


@pytest.fixture
async def populated(
    settings: Settings, template: str, worker_name: str, tmp_path: Path
) -> AsyncIterator[Settings]:
    """A site whose database is of our schema, and in use."""
    name = f"lms_migrating_{worker_name}"
    await run_sql(
        settings.database_url,
        f'drop database if exists "{name}" with (force)',
        f'create database "{name}" template "{template}"',
    )
    mine = replace(
        settings,
        database_url=with_database(settings.database_url, name),
        data_dir=tmp_path / "data",
        port=free_port(),
        public_url=None,
    )
    mine.data_dir.mkdir()
    assert await asyncio.to_thread(seed.main, mine, ["--size", str(_ENROLLMENTS)]) == 0
    yield mine
    await run_sql(settings.database_url, f'drop database "{name}" with (force)')


@pytest.fixture
def expanded(tmp_path: Path) -> Path:
    """Our migrations and those that a next release might bring."""
    folder = tmp_path / "migrations"
    shutil.copytree(resource_dir("migrations"), folder)
    before = sorted(f.stem for f in folder.glob("*.sql") if ".rollback" not in f.name)[-1]
    for name, (forth, back) in _EXPANSIONS.items():
        (folder / f"{name}.sql").write_text(f"-- depends: {before}\n{forth}")
        (folder / f"{name}.rollback.sql").write_text(back)
        before = name
    return folder


async def _migrating(url: str, folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", _MIGRATE, url, str(folder),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _signed_up(api: Api, number: int) -> str:
    body = {"email": f"r{number}@example.com", "password": PASSWORD, "full_name": f"R {number}"}
    reply = await api.post("/auth/register", body)
    return str(reply.data["tokens"]["access_token"])


async def _is_instructor(api: Api, token: str) -> bool:
    """Whether a role that was changed in the database is known; that takes up to a second."""
    return bool((await api.get("/users/me", token=token)).data["role"] == "instructor")


async def test_an_expansion_under_traffic_fails_no_request_and_holds_no_lock(
    populated: Settings, expanded: Path
) -> None:
    url = populated.database_url.value
    async with serving_api(populated) as (api, process):
        teacher = await _signed_up(api, 0)
        connection = await asyncpg.connect(url)
        await connection.execute(
            "update users set role = 'instructor' where email = 'r0@example.com'"
        )
        await connection.close()
        await eventually(lambda: _is_instructor(api, teacher))
        course, lessons = await make_open_course(As(api, teacher), None)
        tokens = [await _signed_up(api, number) for number in range(1, 5)]
        load, watch = Load(), Watch()
        names = [str(row[0]) for row in await asyncio.to_thread(_tables, url)]
        watching = asyncio.create_task(watch.run(url, names))
        users = [
            asyncio.create_task(load.one(api, n, token, course, lessons[0]))
            for n, token in enumerate(tokens)
        ]
        try:
            before = await load.more(100)
            for _ in range(2):  # killed in the middle, each time a step further
                victim = await _migrating(url, expanded)
                assert victim.stdout is not None
                assert (await victim.stdout.readline()).startswith(b"applied")
                victim.kill()
                assert await victim.wait() == -9, "it had more to do"
            both = [await _migrating(url, expanded) for _ in range(2)]
            said = [await one.communicate() for one in both]
            assert [one.returncode for one in both] == [0, 0], said
            await load.more(50)  # on the new schema
            for _ in range(5):
                await asyncio.to_thread(_roll_back, url, expanded)
            await load.more(50)  # and on the old one again
        finally:
            for task in (*users, watching):
                task.cancel()
            done = await asyncio.gather(*users, watching, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in done), done
        assert await process.stop(40) == 0
    assert set(load.answers) <= {200, 201}, load.answers
    assert sum(load.answers.values()) > before > 0
    assert watch.samples > 20
    assert max(watch.longest.values(), default=0.0) < _LONGEST_LOCK, watch.longest
    assert watch.waits < _LONGEST_LOCK, watch.waits
    print(f"{sum(load.answers.values())} requests, slowest {load.slowest:.2f} s; "
          f"locks held {watch.longest}; longest wait {watch.waits:.3f} s")  # fmt: skip


def _tables(url: str) -> list[tuple[str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select tablename from pg_tables where schemaname in ('public', 'figures')"
        ).fetchall()


def _roll_back(url: str, folder: Path) -> None:
    kept = migrate.resource_dir
    migrate.resource_dir = lambda name: folder
    try:
        migrate.rollback(url, 1)
    finally:
        migrate.resource_dir = kept


async def test_a_migration_that_is_killed_is_finished_by_the_next(
    populated: Settings, worker_name: str
) -> None:
    """Killed at any moment, from nothing to the newest schema."""
    name = f"lms_killed_{worker_name}"
    url = with_database(populated.database_url, name).value
    await run_sql(populated.database_url, f'create database "{name}"')
    killed = 0
    try:
        while True:
            running = await _migrating(url, resource_dir("migrations"))
            assert running.stdout is not None
            for _ in range(random.randint(1, 8)):
                await running.stdout.readline()  # so that each run gets a little further
            await asyncio.sleep(random.uniform(0.0, 0.05))
            with contextlib.suppress(ProcessLookupError):
                running.kill()
            _, error = await running.communicate()
            if running.returncode == 0:
                break
            assert running.returncode == -9, error
            killed += 1
        assert await asyncio.to_thread(schema, url) == await asyncio.to_thread(
            schema, populated.database_url.value
        )
        assert await asyncio.to_thread(_half_built, url) == []
    finally:
        await run_sql(populated.database_url, f'drop database "{name}" with (force)')
    assert killed > 0


def _half_built(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select indexrelid::regclass::text from pg_index where not indisvalid"
        ).fetchall()


def _take_out_later(folder: Path, first: str) -> dict[str, str]:
    """Remove the migrations from this number on; what was in them, by name."""
    files = [file for file in folder.iterdir() if file.name >= first]
    found = {file.name: file.read_text() for file in files}
    for file in files:
        file.unlink()
    return found


def _put_back(folder: Path, name: str, found: dict[str, str]) -> None:
    (folder / name).write_text(found[name])


async def test_an_index_whose_building_broke_off_is_built_anew(
    populated: Settings, expanded: Path
) -> None:
    url = populated.database_url.value
    held_back = _take_out_later(expanded, "9002")
    assert await _run_to_the_end(url, expanded) == 0
    _put_back(expanded, "9002.index-remarks.sql", held_back)
    writer = await asyncpg.connect(url)
    try:
        transaction = writer.transaction()
        await transaction.start()
        await writer.execute("lock table enrollments in row exclusive mode")  # as any writer
        stopped = asyncio.create_task(_run_to_the_end(url, expanded))
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(_half_built, url):
                await asyncio.sleep(0.05)
        await run_sql(
            populated.database_url,
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'lms-migrate'",
        )
        assert await stopped != 0
        await transaction.rollback()
    finally:
        await writer.close()
    assert await asyncio.to_thread(_half_built, url) == [("enrollments_by_remark",)]
    assert await _run_to_the_end(url, expanded) == 0
    assert await asyncio.to_thread(_half_built, url) == []


async def _run_to_the_end(url: str, folder: Path) -> int:
    running = await _migrating(url, folder)
    await running.communicate()
    return running.returncode or 0


def _checked(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A schema as if all constraints were validated, which nothing takes back."""
    return [(*row[:3], str(row[3]).removesuffix(" NOT VALID"), row[4]) for row in found]


async def test_each_migration_goes_back_and_forth_on_data(
    populated: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Down, up and down again, from the newest to the first, each on what is there by then."""
    url = populated.database_url.value
    names = [name for name, _ in migrate.status(url)]
    newest = schema(url)
    folder = tmp_path / "until"
    shutil.copytree(resource_dir("migrations"), folder)
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "resource_dir", lambda name: folder)
        for name in reversed(names):
            before = schema(url)
            assert migrate.rollback(url, 1) == [name]
            assert migrate.migrate(url) == [name]
            assert _checked(schema(url)) == _checked(before), name
            assert migrate.rollback(url, 1) == [name]
            (folder / f"{name}.sql").unlink()  # what is undone is not of this release any more
    assert migrate.migrate(url) == names
    assert schema(url) == newest
