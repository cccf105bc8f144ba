"""A backup taken while writing goes on can be lived from."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.storage import LocalStorage
from lms.notifications.promises import promise_email
from lms.settings import Settings
from lms.tools.operations.backup import backup
from lms.tools.operations.contents import DUMP, MANIFEST, SUMS, read_manifest
from lms.tools.operations.drill import drill
from lms.tools.operations.programs import ProgramFailed
from lms.tools.operations.restore import NotEmpty, restore
from tests.api import Api
from tests.conftest import run_sql, with_database
from tests.factories import enroll, make_course, make_open_course
from tests.people import Person

pytestmark = pytest.mark.usefixtures("db")


async def _some_life(api: Api, teacher: Person, student: Person, db: Pool) -> None:
    course, lessons = await make_open_course(api, teacher)
    enrollment = await enroll(api, student, course)
    for lesson in lessons:
        await api.post(
            f"/enrollments/{enrollment['id']}/lessons/{lesson['id']}/complete", as_=student
        )
    async with begin(db) as connection:
        await promise_email(connection, "welcome", to_user_id=student.id, key="unsent")


async def test_a_drill_restores_everything_and_sends_nothing(
    api: Api, settings: Settings, db: Pool, tara: Person, sam: Person, tmp_path: Path
) -> None:
    await _some_life(api, tara, sam, db)
    stop = asyncio.Event()

    async def write() -> int:
        written = 0
        while not stop.is_set():
            await make_course(api, tara, title=f"Course {written}")
            written += 1
        return written

    writer = asyncio.create_task(write())
    folder = await backup(settings, tmp_path)
    stop.set()
    assert await writer > 0, "writing went on"
    report = await drill(settings, folder)
    assert report.held_jobs >= 1
    assert report.rows > 10


async def test_uploads_that_still_run_are_left_out(settings: Settings, tmp_path: Path) -> None:
    mine = replace(settings, data_dir=tmp_path / "data", storage="local")
    storage = LocalStorage(mine.data_dir / "files")
    await storage.put("files/kept", b"content")
    half_sent, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"half"
        half_sent.set()
        await go_on.wait()

    upload = asyncio.create_task(storage.write("files/late", slowly()))
    await half_sent.wait()
    folder = await backup(mine, tmp_path / "backups")
    go_on.set()
    await upload
    copied = [path for path in (folder / "files").rglob("*") if path.is_file()]
    assert copied == [folder / "files" / "files" / "kept"]
    assert read_manifest(folder).files == 1


@pytest.mark.parametrize("one_disk", [True, False])
async def test_a_file_that_is_deleted_meanwhile_does_not_break_the_backup(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_disk: bool
) -> None:
    mine = replace(settings, data_dir=tmp_path / "data", storage="local")
    storage = LocalStorage(mine.data_dir / "files")
    for key in ("files/deleted", "files/kept"):
        await storage.put(key, b"content")
    link = os.link

    def link_late(path: Path, copy: Path) -> None:
        if path.name == "deleted":
            path.unlink()  # between having been seen and being copied
        if not one_disk:
            raise OSError(errno.EXDEV, "another disk")
        link(path, copy)

    monkeypatch.setattr(os, "link", link_late)
    folder = await backup(mine, tmp_path / "backups")
    copied = [path for path in (folder / "files").rglob("*") if path.is_file()]
    assert copied == [folder / "files" / "files" / "kept"]
    assert read_manifest(folder).files == 1


async def test_a_restore_touches_no_database_that_has_tables(
    api: Api, settings: Settings, tara: Person, tmp_path: Path
) -> None:
    course = await make_course(api, tara)
    folder = await backup(settings, tmp_path)
    with pytest.raises(NotEmpty):
        await restore(settings, folder)
    found: Any = await api.get(f"/courses/{course['id']}", as_=tara)
    assert found.data["title"] == course["title"]


@pytest.fixture
async def empty(settings: Settings, tmp_path: Path) -> AsyncIterator[Settings]:
    """An installation to restore into."""
    name = f"lms_restored_{uuid4().hex[:12]}"
    await run_sql(settings.database_url, f'create database "{name}"')
    yield replace(
        settings,
        database_url=with_database(settings.database_url, name),
        data_dir=tmp_path / "there",
    )
    await run_sql(settings.database_url, f'drop database "{name}" with (force)')


async def _ask(settings: Settings, question: str) -> Any:
    connection = await asyncpg.connect(settings.database_url.value)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


_TABLES = "select count(*) from pg_tables where schemaname in ('public', 'figures')"


async def test_a_restored_database_is_the_same_installation(
    api: Api, settings: Settings, empty: Settings, tara: Person, tmp_path: Path
) -> None:
    course = await make_course(api, tara, title="Kept")
    folder = await backup(settings, tmp_path)
    await restore(empty, folder)
    server = TestServer(create_app(empty))
    await server.start_server()
    async with Api(server) as client:
        assert (await client.get("/ready")).status == 200
        found = (await client.get(f"/courses/{course['id']}", as_=tara)).data
    await server.close()
    assert found == course


async def test_a_restore_whose_files_cannot_be_copied_leaves_the_database_empty(
    api: Api, settings: Settings, empty: Settings, tara: Person, tmp_path: Path
) -> None:
    await make_course(api, tara)
    mine = replace(settings, data_dir=tmp_path / "data", storage="local")
    await LocalStorage(mine.data_dir / "files").put("files/kept", b"content")
    folder = await backup(mine, tmp_path)
    empty.data_dir.mkdir()
    in_the_way = empty.data_dir / "files"
    in_the_way.write_text("no folder")
    with pytest.raises(OSError, match="files"):
        await restore(empty, folder)
    assert await _ask(empty, _TABLES) == 0
    in_the_way.unlink()
    await restore(empty, folder)
    assert await _ask(empty, "select count(*) from courses") == 1
    assert (empty.data_dir / "files/files/kept").read_bytes() == b"content"


def _tell_of_it_as_whole(folder: Path) -> None:
    """Write down the dump as it is now, as if it had been backed up so."""

    def sha256(content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

    dump = sha256((folder / DUMP).read_bytes())
    sums = f"{dump}  {DUMP}\n"
    told = orjson.loads((folder / MANIFEST).read_bytes())
    manifest = orjson.dumps(told | {"dump_sha256": dump, "sums_sha256": sha256(sums.encode())})
    (folder / MANIFEST).write_bytes(manifest)
    (folder / SUMS).write_text(f"{sums}{sha256(manifest)}  {MANIFEST}\n")


async def test_a_restore_that_breaks_off_leaves_the_database_empty(
    api: Api, settings: Settings, empty: Settings, tara: Person, tmp_path: Path
) -> None:
    await make_course(api, tara)
    folder = await backup(settings, tmp_path)
    whole = (folder / DUMP).read_bytes()
    lists = {name: (folder / name).read_bytes() for name in (MANIFEST, SUMS)}
    (folder / DUMP).write_bytes(whole[: len(whole) // 2])  # some tables are made
    _tell_of_it_as_whole(folder)
    with pytest.raises(ProgramFailed, match=r"pg_restore: .*end of file"):
        await restore(empty, folder)
    assert await _ask(empty, _TABLES) == 0
    (folder / DUMP).write_bytes(whole)
    for name, content in lists.items():
        (folder / name).write_bytes(content)
    await restore(empty, folder)
    assert await _ask(empty, "select count(*) from courses") == 1


async def test_nobody_ever_sees_a_restored_job_that_could_be_sent(
    api: Api, settings: Settings, empty: Settings, tara: Person, sam: Person, db: Pool,
    tmp_path: Path,
) -> None:  # fmt: skip
    hook = {"url": "https://hooks.example.com/", "types": ["lesson.completed"]}
    assert (await api.post("/webhooks", hook, as_=tara)).status == 201
    await _some_life(api, tara, sam, db)
    folder = await backup(settings, tmp_path)
    watcher = await asyncpg.connect(empty.database_url.value)
    restoring = asyncio.create_task(restore(empty, folder))
    # Asked again and again, as a worker does that waits for its database.
    is_over = False
    while not await watcher.fetchval("select to_regclass('jobs') is not null"):
        assert not is_over, await restoring
        is_over = restoring.done()  # before it is asked: an answer may be older than the end
    waiting = "select count(*) from jobs where queue = 'emails' and status = 'pending'"
    assert await watcher.fetchval(waiting) == 0
    assert await watcher.fetchval("select count(*) from jobs where queue = 'emails'") > 0
    held = (await restoring).held
    assert held == await watcher.fetchval("select count(*) from jobs where status = 'dead'") > 0
    deliveries = await watcher.fetch("select status from webhook_deliveries")
    assert {row["status"] for row in deliveries} == {"failed"}  # for `recover` to send
    await watcher.close()
