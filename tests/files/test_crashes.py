"""Crashes: kill -9 at any point of an upload, and what the sweep finds afterwards."""

import asyncio
import contextlib
import hashlib
import os
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from lms.core.db.pool import Pool
from lms.core.storage import Storage, create_storage
from lms.files.tasks import OWNER, sweep
from lms.settings import Settings
from tests.api import Api
from tests.files.conftest import Stored
from tests.files.forms import at_site, form, send_form, upload
from tests.files.samples import GOOD, PDF, archive, image
from tests.people import Person
from tests.running import Process, SiteAddress, eventually, free_port, wait_until_ready

_FILM = GOOD["a.mp4"][0] + os.urandom(6_000_000)


async def test_kill_9_at_any_point_leaves_no_row_without_its_object(
    cloud_or_disk: Settings, db: Pool, tara: Person, tmp_path: Path, stored: Stored
) -> None:
    kind = cloud_or_disk.storage
    site = replace(
        cloud_or_disk, data_dir=tmp_path / kind, port=free_port(), shutdown_grace_seconds=0.0
    )
    site.data_dir.mkdir()
    tara = at_site(tara, site)
    storage = create_storage(site)
    contents = {"a.mp4": _FILM, "a.zip": archive({"x": os.urandom(3_000_000)}), "a.pdf": PDF}
    random_moments = random.Random(7)
    answered = 0
    rounds = 3 if kind == "local" else 2
    for _ in range(rounds):
        process = Process("api", settings=site, log=tmp_path / "api.log")
        await process.start()
        server = SiteAddress(site)
        async with Api(server) as api:
            await wait_until_ready(api, process)
            stored_one = asyncio.Event()
            sending = [
                asyncio.create_task(_keep_sending(api, tara, name, content, stored_one))
                for name, content in contents.items()
            ]
            await stored_one.wait()
            await asyncio.sleep(random_moments.uniform(0.05, 0.5))
            await _kill_all(process)
            answered += sum(await asyncio.gather(*sending))
        rows = await stored.rows()
        for file_id in await _ready(db):
            digest = hashlib.sha256(await storage.get(f"files/{file_id}")).digest()
            async with db.acquire() as connection:
                known = await connection.fetchval(
                    "select sha256 from files where id = $1", UUID(file_id)
                )
            assert digest == known
        assert len(rows) >= len(await _ready(db))
    assert answered >= rounds
    assert len(await _ready(db)) >= answered  # what was acknowledged is there
    async with db.acquire() as connection:  # as if a day had passed
        await connection.execute("update files set alive_until = now() where status <> 'ready'")
    none = timedelta(seconds=-60)
    await sweep(db, storage, grace=timedelta(seconds=-1), unfinished_grace=none)
    await sweep(db, storage, grace=none, unfinished_grace=none)
    assert await stored.rows() == await _ready(db)
    objects = sorted([o.key async for o in storage.list("files/")])
    assert objects == [f"files/{file_id}" for file_id in await _ready(db)]
    if kind == "local":
        assert [o.key async for o in storage.list(".unfinished/")] == []
        assert not list((site.data_dir / "spool").glob("*"))
    async with db.acquire() as connection:
        assert await connection.fetchval(
            "select sum(bytes) from file_usage"
        ) == await connection.fetchval("select sum(size) from files")
    for key in objects:
        await storage.delete(key)
    await storage.close()


async def _keep_sending(
    api: Api, person: Person, name: str, content: bytes, stored_one: asyncio.Event
) -> int:
    """How many uploads were answered with 201 before the server was gone."""
    done = 0
    with contextlib.suppress(aiohttp.ClientError, ConnectionError):
        while True:
            reply = await send_form(api, person, form(content, name))
            assert reply.status == 201, reply.body
            stored_one.set()
            done += 1
    return done


async def _kill_all(process: Process) -> None:
    """The supervisor and its API process, neither of which may clean up."""
    children = _children(process.pid)
    await process.kill()
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)

    async def gone() -> bool:
        return not any(map(_is_running, children))

    await eventually(gone)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def _ready(db: Pool) -> list[str]:
    async with db.acquire() as connection:
        rows = await connection.fetch(
            "select id::text from files where status = 'ready' order by id"
        )
    return [row[0] for row in rows]


@pytest.fixture
def sweep_now(stored: Stored, db: Pool) -> Any:
    async def run(**changes: Any) -> int:
        options = {"grace": timedelta(seconds=-60), "unfinished_grace": timedelta(seconds=-60)}
        return await sweep(db, stored.storage, **{**options, **changes})

    return run


async def test_the_sweep_removes_only_unknown_objects(
    api: Api, tara: Person, stored: Stored, sweep_now: Any
) -> None:
    file = await upload(api, tara, image(), "x.png")
    await api.get(f"/files/{file['id']}/avatar", as_=tara)
    unknown = "0198c5f2-7b1e-7c3a-9f00-3d2c4b5a6978"
    kept = [f"avatar/{file['id']}", f"files/{file['id']}"]
    for prefix in ("files", "incoming", "thumbnail", "avatar"):
        await stored.storage.put(f"{prefix}/{unknown}", b"orphan")
    await stored.storage.put(f"incoming/{file['id']}", b"sent after completion")
    await stored.storage.put(f"certificates/{unknown}.pdf", b"not ours")
    assert await sweep_now(grace=timedelta(hours=1)) == 0  # too young to judge
    assert await sweep_now() == 5
    assert await stored.objects() == kept
    assert await stored.storage.get(f"certificates/{unknown}.pdf") == b"not ours"
    await stored.storage.delete(f"certificates/{unknown}.pdf")


async def test_the_sweep_removes_nothing_from_another_installations_storage(
    s3: Settings, db: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    storage = create_storage(s3)
    theirs = "files/0198c5f2-7b1e-7c3a-9f00-3d2c4b5a6978"  # our database knows no such file
    await storage.put(theirs, b"a lecture")
    none = timedelta(seconds=-60)
    await storage.put(OWNER, b"https://learn.example.com")
    mistaken = "https://staging.example.com"
    assert await sweep(db, storage, grace=none, unfinished_grace=none, address=mistaken) == 0
    assert await storage.get(theirs) == b"a lecture"
    assert "another installation's" in caplog.text

    await storage.delete(OWNER)  # as where the other has a release that writes none
    for _ in range(2):
        await sweep(db, storage, grace=none, unfinished_grace=none, address=mistaken)
    assert await storage.get(theirs) == b"a lecture"
    assert "knows none of the storage's files" in caplog.text
    await storage.delete(theirs)
    await storage.close()


async def test_only_one_of_two_installations_sweeps_a_shared_storage(
    s3: Settings, db: Pool
) -> None:
    storage = create_storage(s3)
    none = timedelta(seconds=-60)
    addresses = ["https://learn.example.com", "https://staging.example.com"]

    async def sweep_as(address: str) -> int:
        return await sweep(db, storage, grace=none, unfinished_grace=none, address=address)

    # Of no file that anybody has: an upload that was cut.
    orphan = "incoming/0198c5f2-7b1e-7c3a-9f00-3d2c4b5a6978"
    await storage.put(orphan, b"a lecture")
    assert await asyncio.gather(*map(sweep_as, addresses)) == [0, 0]
    assert await storage.get(orphan) == b"a lecture"
    assert sorted([await sweep_as(address) for address in addresses]) == [0, 1]
    await storage.delete(OWNER)
    await storage.close()


async def test_the_sweep_removes_silent_uploads_and_keeps_running_ones(
    api: Api, tara: Person, stored: Stored, sweep_now: Any, db: Pool
) -> None:
    wanted = {"filename": "a.pdf", "size": len(PDF)}
    begun = [(await api.post("/files/uploads", wanted, as_=tara)).data["id"] for _ in range(2)]
    for file_id in begun:
        await stored.storage.put(f"incoming/{file_id}", PDF)
    async with db.acquire() as connection:
        await connection.execute(
            "update files set alive_until = now() - interval '2 hours' where id = $1",
            UUID(begun[0]),
        )
    await sweep_now(grace=timedelta(hours=1))
    assert await stored.rows() == [begun[1]]
    assert await stored.objects() == [f"incoming/{begun[1]}"]
    done = await api.post(f"/files/uploads/{begun[1]}/complete", as_=tara)
    assert done.status == 200


async def test_an_upload_that_was_swept_away_cannot_become_a_file(
    api: Api, tara: Person, stored: Stored, db: Pool
) -> None:
    go = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        body = form(GOOD["a.mp4"][0] + b"\0" * 9000, "a.mp4")
        yield body[:9000]
        await go.wait()
        yield body[9000:]

    sending = asyncio.create_task(send_form(api, tara, slow()))
    await eventually(stored.rows)
    async with db.acquire() as connection:  # as if this process had been frozen for hours
        await connection.execute("delete from files")
    go.set()
    reply = await sending
    assert (reply.status, reply.code) == (503, "unavailable")
    assert await stored.rows() == []
    assert await stored.usage() == 0


async def test_a_storage_that_fails_while_writing_leaves_no_row(
    api: Api, tara: Person, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.core.storage import StorageUnavailable

    async def fail(self: Storage, key: str, chunks: Any) -> None:
        async for _ in chunks:
            raise StorageUnavailable

    monkeypatch.setattr(type(stored.storage), "write", fail)
    reply = await send_form(api, tara, form())
    assert reply.status == 503
    await stored.assert_nothing()


async def test_deleting_a_file_promises_to_delete_its_objects(
    api: Api, tara: Person, stored: Stored, db: Pool
) -> None:
    file = await upload(api, tara)
    await api.delete(f"/files/{file['id']}", as_=tara)
    async with db.acquire() as connection:
        kind, args = await connection.fetchrow("select kind, args from jobs")
    assert kind == "delete_objects"
    assert f"files/{file['id']}" in args["keys"]
