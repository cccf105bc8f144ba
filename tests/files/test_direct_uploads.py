"""Uploads that go straight to the storage; here, to what stands in for it on a local disk."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from lms.core.db.pool import Pool
from tests.api import Api, Response
from tests.exchange import changed_settings
from tests.files.conftest import Stored
from tests.files.samples import EXE, GOOD, PDF
from tests.people import Person


async def begin(api: Api, person: Person, filename: str, size: int, **more: Any) -> Response:
    return await api.post(
        "/files/uploads", {"filename": filename, "size": size, **more}, as_=person
    )


async def put(api: Api, upload: Any, content: Any) -> Response:
    parts = urlsplit(upload["url"])
    return await api.request(
        upload["method"], f"{parts.path}?{parts.query}", root=True, data=content,
        headers={"Content-Type": "application/octet-stream", **upload["headers"]},
    )  # fmt: skip


async def test_a_direct_upload_begins_is_sent_and_completes(
    api: Api, tara: Person, sam: Person, stored: Stored
) -> None:
    begun = await begin(api, tara, "film.mp4", len(GOOD["a.mp4"][0]), is_public=True)
    assert (begun.status, begun.data["method"]) == (201, "PUT")
    assert begun.headers["Cache-Control"] == "no-store"
    upload = begun.data
    complete = f"/files/uploads/{upload['id']}/complete"
    early = await api.post(complete, as_=tara)
    assert (early.status, early.code) == (409, "upload_incomplete")
    assert (await api.get(f"/files/{upload['id']}", as_=tara)).status == 404
    assert (await put(api, upload, GOOD["a.mp4"][0])).status == 204
    assert (await api.post(complete, as_=sam)).status == 404
    first = await api.post(complete, as_=tara)
    assert first.status == 200
    assert (first.data["id"], first.data["content_type"]) == (upload["id"], "video/mp4")
    assert first.data["is_public"] is True
    assert (await api.post(complete, as_=tara)).data == first.data
    got = await api.get(f"/files/{upload['id']}/download", as_=sam)
    assert got.body == GOOD["a.mp4"][0]
    assert await stored.usage() == len(got.body)
    # Whoever still holds the URL changes nothing.
    assert (await put(api, upload, GOOD["a.mp4"][0])).status == 404


async def test_completing_under_a_key_is_replayed(api: Api, tara: Person) -> None:
    upload = (await begin(api, tara, "a.pdf", len(PDF))).data
    await put(api, upload, PDF)
    key = {"Idempotency-Key": "done"}
    path = f"/files/uploads/{upload['id']}/complete"
    first = await api.post(path, as_=tara, headers=key)
    again = await api.post(path, as_=tara, headers=key)
    assert first.data == again.data
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_what_was_sent_is_checked_and_deleted_if_it_is_not_allowed(
    api: Api, tara: Person, stored: Stored
) -> None:
    for filename, content, status in (("a.png", EXE, 415), ("a.zip", b"PK\x03\x04xx", 422)):
        upload = (await begin(api, tara, filename, len(content))).data
        assert (await put(api, upload, content)).status == 204
        reply = await api.post(f"/files/uploads/{upload['id']}/complete", as_=tara)
        assert reply.status == status
        await stored.assert_nothing()
        again = await api.post(f"/files/uploads/{upload['id']}/complete", as_=tara)
        assert again.status == 404


async def test_the_size_must_be_what_was_announced(api: Api, tara: Person, stored: Stored) -> None:
    upload = (await begin(api, tara, "a.pdf", len(PDF))).data
    assert (await put(api, upload, PDF[:-1])).status == 422
    assert (await put(api, upload, PDF + b"x")).status == 413
    assert await stored.objects() == []
    storage = stored.storage
    await storage.put(f"incoming/{upload['id']}", PDF + b"x")  # as a storage might take it
    reply = await api.post(f"/files/uploads/{upload['id']}/complete", as_=tara)
    assert (reply.status, reply.pointers) == (422, ["/size"])
    await stored.assert_nothing()


async def test_a_direct_upload_is_refused_before_anything_is_sent(
    api: Api, app: web.Application, tara: Person, stored: Stored
) -> None:
    assert (await begin(api, tara, "a.exe", 5)).code == "file_type_not_allowed"
    bad = await begin(api, tara, "../a.pdf", 5)
    assert (bad.code, bad.pointers) == ("invalid_filename", ["/filename"])
    assert (await begin(api, tara, "a.pdf", 0)).pointers == ["/size"]
    assert (await begin(api, tara, "a.pdf", 10**12)).code == "file_too_large"
    with changed_settings(app, file_quota_bytes=100):
        assert (await begin(api, tara, "a.pdf", 60)).status == 201
        # What was promised a place takes it.
        assert (await begin(api, tara, "a.pdf", 60)).code == "quota_exceeded"
    assert len(await stored.rows()) == 1


async def test_an_upload_url_is_for_one_upload_and_expires(
    api: Api, app: web.Application, tara: Person, db: Pool
) -> None:
    upload = (await begin(api, tara, "a.pdf", len(PDF))).data
    other = (await begin(api, tara, "b.pdf", len(PDF))).data
    stolen = {**upload, "url": upload["url"].replace(upload["id"], other["id"])}
    assert (await put(api, stolen, PDF)).status == 404
    assert (await put(api, {**upload, "url": upload["url"].split("?")[0]}, PDF)).status == 404
    with changed_settings(app, file_upload_url_seconds=-1):
        late = (await begin(api, tara, "c.pdf", len(PDF))).data
    assert (await put(api, late, PDF)).status == 404


async def test_completing_twice_at_once_makes_one_file(
    api: Api, tara: Person, stored: Stored
) -> None:
    upload = (await begin(api, tara, "a.pdf", len(PDF))).data
    await put(api, upload, PDF)
    path = f"/files/uploads/{upload['id']}/complete"
    replies = await asyncio.gather(*(api.post(path, as_=tara) for _ in range(5)))
    codes = {reply.status for reply in replies}
    assert 200 in codes
    assert codes <= {200, 409}
    assert await stored.usage() == len(PDF)
    assert (await api.post(path, as_=tara)).status == 200
