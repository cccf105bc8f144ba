"""Files on each storage: a file's whole life, and what happens while the storage is away."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from lms.core.db.pool import Pool
from lms.core.storage import Storage
from lms.files.tasks import sweep
from lms.settings import Settings
from tests.core.storage.sites import stored_keys, with_storage_away
from tests.files.conftest import serving
from tests.files.forms import upload
from tests.files.samples import GOOD, PDF, image
from tests.people import Person


async def test_a_file_lives_its_whole_life_on_each_storage(
    db: Pool, checker: Any, site_settings: Settings, storage: Storage, tara: Person
) -> None:
    async with serving(site_settings, checker) as api:
        file = await upload(api, tara, GOOD["a.mp4"][0], "film.mp4")
        path = f"/files/{file['id']}/download"
        assert (await api.get(path, as_=tara)).body == GOOD["a.mp4"][0]
        part = await api.get(path, as_=tara, headers={"Range": "bytes=4-7,-2"})
        assert (part.status, b"ftyp" in part.body) == (206, True)
        picture = await upload(api, tara, image(), "x.png")
        avatar = await api.get(f"/files/{picture['id']}/avatar", as_=tara)
        assert avatar.headers["Content-Type"] == "image/webp"

        wanted = {"filename": "a.pdf", "size": len(PDF)}
        begun = (await api.post("/files/uploads", wanted, as_=tara)).data
        async with (
            aiohttp.ClientSession() as session,
            session.put(
                begun["url"].replace(f"{site_settings.base_url}/", api.url("/"))
                if site_settings.storage == "local"
                else begun["url"],
                data=PDF,
                headers={"Content-Type": "application/octet-stream", **begun["headers"]}
                if site_settings.storage != "s3"
                else begun["headers"],
            ) as reply,
        ):
            assert reply.status in (200, 201, 204), await reply.text()
        done = await api.post(f"/files/uploads/{begun['id']}/complete", as_=tara)
        assert done.data["size"] == len(PDF)
        assert (await api.get(f"/files/{begun['id']}/download", as_=tara)).body == PDF

        for made in (file, picture, begun):
            assert (await api.delete(f"/files/{made['id']}", as_=tara)).status == 204
    # The worker is not here to keep the promise; the sweep finds what it would have deleted.
    await sweep(db, storage, grace=timedelta(seconds=-60), unfinished_grace=timedelta(0))
    for prefix in ("files/", "incoming/", "avatar/"):
        assert await stored_keys(storage, prefix) == []


async def test_a_storage_that_is_away_is_503_for_files_alone(
    db: Pool, checker: Any, site_settings: Settings, tmp_path: Path, tara: Person
) -> None:
    async with serving(site_settings, checker) as api:
        file = await upload(api, tara, image(), "x.png")
    async with serving(with_storage_away(site_settings, tmp_path), checker) as api:
        for path in (f"/files/{file['id']}/download", f"/files/{file['id']}/thumbnail"):
            reply = await api.get(path, as_=tara)
            assert (reply.status, reply.code) == (503, "storage_unavailable")
            assert reply.headers["Retry-After"]
        from tests.files.forms import form, send_form

        reply = await send_form(api, tara, form())
        assert (reply.status, reply.code) == (503, "storage_unavailable")
        reply = await send_form(api, tara, form(image(), "x.png"))
        assert (reply.status, reply.code) == (503, "storage_unavailable")
        # Everything else goes on, also what shows files.
        assert (await api.get("/ready")).status == 200
        course = {"title": "A course", "thumbnail_file_id": file["id"]}
        assert (await api.post("/courses", course, as_=tara)).status == 201
        assert (await api.get("/files", as_=tara)).status == 200
        assert (await api.get(f"/files/{file['id']}", as_=tara)).status == 200
        assert (await api.post(f"/files/{file['id']}/link", as_=tara)).status == 200
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from files") == 1
