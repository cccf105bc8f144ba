"""A backup taken while writing goes on can be lived from."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.db import Pool, begin
from lms.notifications.promises import promise_email
from lms.operations.backup import DUMP, MANIFEST, backup, read_manifest
from lms.operations.drill import DrillFailed, drill
from lms.operations.restore import NotEmpty, restore
from lms.settings import Settings
from lms.storage import LocalStorage
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


async def test_a_drill_finds_everything_and_sends_nothing(
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


async def test_a_backup_that_broke_off_or_was_changed_is_refused(
    api: Api, settings: Settings, tara: Person, tmp_path: Path
) -> None:
    await make_course(api, tara)
    folder = await backup(settings, tmp_path)
    manifest = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).unlink()
    with pytest.raises(FileNotFoundError):
        await drill(settings, folder)
    (folder / MANIFEST).write_bytes(manifest)
    with (folder / DUMP).open("ab") as dump:
        dump.write(b"x")
    with pytest.raises(ValueError, match="not what was backed up"):
        await drill(settings, folder)


async def test_a_missing_file_is_found_by_the_drill(
    api: Api, settings: Settings, tara: Person, tmp_path: Path
) -> None:
    mine = replace(settings, data_dir=tmp_path / "data")
    kept = mine.data_dir / "files" / "a" / "b"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"content")
    folder = await backup(mine, tmp_path / "backups")
    assert (folder / "files" / "a" / "b").read_bytes() == b"content"
    (folder / "files" / "a" / "b").unlink()
    with pytest.raises(DrillFailed, match="0 files of 1"):
        await drill(mine, folder)


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


async def test_a_restored_database_is_the_same_installation(
    api: Api, settings: Settings, tara: Person, tmp_path: Path
) -> None:
    course = await make_course(api, tara, title="Kept")
    folder = await backup(settings, tmp_path)
    name = f"lms_restored_{uuid4().hex[:12]}"
    await run_sql(settings.database_url, f'create database "{name}"')
    there = replace(
        settings,
        database_url=with_database(settings.database_url, name),
        data_dir=tmp_path / "there",
    )
    try:
        await restore(there, folder)
        server = TestServer(create_app(there))
        await server.start_server()
        async with Api(server) as client:
            assert (await client.get("/ready")).status == 200
            found = (await client.get(f"/courses/{course['id']}", as_=tara)).data
        await server.close()
        assert found == course
    finally:
        await run_sql(settings.database_url, f'drop database "{name}" with (force)')
