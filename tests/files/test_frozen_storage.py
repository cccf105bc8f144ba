"""While the storage is frozen, files are 503 soon, which blames it, and all else goes on."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Response
from tests.core.storage.sites import s3_service
from tests.factories import make_course
from tests.files.conftest import serving
from tests.files.forms import form, send_form, upload
from tests.files.samples import GOOD, PDF, image
from tests.people import Person

_SECONDS = 6.0  # 5 s of waiting, and what is no waiting


async def _timed(asked: Any) -> tuple[float, Response]:
    began = time.monotonic()
    reply = await asked
    return time.monotonic() - began, reply


async def test_a_frozen_storage_is_503_soon_for_files_alone(
    db: Pool, checker: Any, settings: Settings, tmp_path: Path, tara: Person,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    async with (
        s3_service(settings, tmp_path) as service,
        serving(service.settings, checker) as api,
    ):
        course = await make_course(api, tara)
        film = await upload(api, tara, GOOD["a.mp4"][0], "film.mp4")
        picture = await upload(api, tara, image(), "x.png")
        wanted = {"filename": "a.pdf", "size": len(PDF)}
        begun = (await api.post("/files/uploads", wanted, as_=tara)).data
        service.freeze()
        asked = [
            api.get(f"/files/{film['id']}/download", as_=tara),
            api.get(f"/files/{film['id']}/download", as_=tara, headers={"Range": "bytes=0-3"}),
            api.get(f"/files/{picture['id']}/thumbnail", as_=tara),
            api.post(f"/files/uploads/{begun['id']}/complete", as_=tara),
            send_form(api, tara, form(GOOD["a.mp4"][0], "small.mp4")),
            send_form(api, tara, form(GOOD["a.mp4"][0] + bytes(11_000_000), "large.mp4")),
            send_form(api, tara, form(image(), "y.png")),
        ]
        waiting = [asyncio.create_task(_timed(one)) for one in asked]
        await asyncio.sleep(1)  # all of them wait by now
        others = [
            api.get(f"/courses/{course['id']}", as_=tara),
            api.get("/ready"),
            api.get("/users/me", as_=tara),
            api.post("/files/uploads", wanted, as_=tara),  # a URL is signed without the storage
            api.delete(f"/files/{film['id']}", as_=tara),  # the object is deleted by a worker
        ]
        for seconds, reply in await asyncio.gather(*map(_timed, others)):
            assert (reply.status < 300, seconds < 1) == (True, True), (seconds, reply.body)
        for seconds, reply in await asyncio.gather(*waiting):
            assert (reply.status, reply.code) == (503, "storage_unavailable"), reply.body
            assert seconds < _SECONDS
            assert reply.headers["Retry-After"]
        assert "the database is away" not in caplog.text
        async with db.acquire() as connection:  # nothing is left of the uploads that failed
            left = await connection.fetchval("select count(*) from files where status = 'storing'")
        assert left == 0
        service.thaw()
        await upload(api, tara, GOOD["a.mp4"][0], "small.mp4")
