"""Signed links: what they open, for whom, and for how long."""

import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from aiohttp import web

from lms.core.http.request import SETTINGS
from lms.files import links
from lms.settings import Secret
from tests.api import Api
from tests.exchange import changed_settings
from tests.factories import enroll, make_lesson, make_open_course
from tests.files.forms import upload
from tests.files.samples import PDF
from tests.people import Person

Reads = Callable[..., Coroutine[Any, Any, None]]


async def test_a_link_needs_no_login_and_opens_one_file(
    api: Api, tara: Person, sam: Person, app: web.Application
) -> None:
    file, other = await upload(api, tara), await upload(api, tara, b"secret", "other.txt")
    reply = await api.post(f"/files/{file['id']}/link", as_=tara)
    assert reply.headers["Cache-Control"] == "no-store"
    parts = urlsplit(reply.data["url"])
    assert parts.path == f"/api/v1/files/{file['id']}/download"
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert 895 <= int(query["expires"]) - time.time() <= 901

    async def follow(file_id: str = file["id"], form: str = "download", **changes: str) -> int:
        asked = "&".join(f"{name}={value}" for name, value in {**query, **changes}.items())
        return (await api.get(f"/files/{file_id}/{form}?{asked}")).status

    assert await follow() == 200
    assert (
        await api.get(f"{parts.path}?{parts.query}", as_=sam, root=True)
    ).body == b"Read this.\n"
    ranged = await api.get(f"{parts.path}?{parts.query}", root=True, headers={"Range": "bytes=0-3"})
    assert (ranged.status, ranged.body) == (206, b"Read")
    assert await follow(other["id"]) == 404
    assert await follow(form="thumbnail") == 404
    assert await follow(expires=str(int(query["expires"]) + 1)) == 404
    assert await follow(signature=query["signature"][:-1]) == 404
    assert await follow(signature="%C3%A9") == 404
    # The next key of the ring signs; links of the old one go on.
    ring = (Secret(f"new:{'n' * 40}"), *app[SETTINGS].secret_keys)
    with changed_settings(app, secret_keys=ring):
        assert await follow() == 200
    with changed_settings(app, secret_keys=ring[:1]):
        assert await follow() == 404
    assert await follow() == 200
    assert (await api.delete(f"/files/{file['id']}", as_=tara)).status == 204
    assert await follow() == 404


async def test_a_link_works_while_its_maker_may_read_the_file(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    file = await upload(api, tara, PDF, "x.pdf")
    await make_lesson(api, tara, course, content_type="document", file_id=file["id"])
    place = await enroll(api, sam, course)
    await enroll(api, olly, course)

    async def link(person: Person) -> str:
        parts = urlsplit((await api.post(f"/files/{file['id']}/link", as_=person)).data["url"])
        return f"{parts.path}?{parts.query}"

    async def status(path: str, person: Person | None = None) -> int:
        return (await api.get(path, as_=person, root=True)).status

    sams, ollys = await link(sam), await link(olly)
    assert (await status(sams), await status(ollys)) == (200, 200)
    await api.delete(f"/enrollments/{place['id']}", as_=sam)
    assert (await status(sams), await status(ollys)) == (404, 200)
    assert await status(sams, olly) == 200  # by Olly's own right
    await enroll(api, sam, course)
    assert await status(sams) == 200


async def test_a_link_of_a_disabled_maker_opens_nothing(
    api: Api, tara: Person, ada: Person
) -> None:
    file = await upload(api, tara)
    parts = urlsplit((await api.post(f"/files/{file['id']}/link", as_=tara)).data["url"])
    path = f"{parts.path}?{parts.query}"
    await api.patch(f"/users/{tara.id}", {"is_active": False}, as_=ada)
    assert (await api.get(path, root=True)).status == 404
    await api.patch(f"/users/{tara.id}", {"is_active": True}, as_=ada)
    assert (await api.get(path, root=True)).status == 200


async def test_a_link_without_a_maker_opens_what_is_public(
    api: Api, tara: Person, app: web.Application
) -> None:
    """Made by nobody, or before links carried their maker."""
    file = await upload(api, tara)
    expires = int(time.time()) + 60
    signed = links.sign(app[SETTINGS], "download", UUID(file["id"]), expires, maker_id=None)
    path = f"/files/{file['id']}/download?{signed}"
    assert (await api.get(path)).status == 404
    await api.patch(f"/files/{file['id']}", {"is_public": True}, as_=tara)
    assert (await api.get(path)).status == 200


async def test_a_link_ends_on_time(api: Api, tara: Person) -> None:
    file = await upload(api, tara)
    reply = await api.post(f"/files/{file['id']}/link", {"expires_in": 1}, as_=tara)
    parts = urlsplit(reply.data["url"])
    path = f"{parts.path}?{parts.query}"
    assert (await api.get(path, root=True)).status == 200
    ends = int(parse_qs(parts.query)["expires"][0])
    while time.time() <= ends:
        assert (await api.get(path, root=True)).status in (200, 404)
    assert (await api.get(path, root=True)).status == 404
    for seconds in (0, -1, 8 * 24 * 3600, "9"):
        reply = await api.post(f"/files/{file['id']}/link", {"expires_in": seconds}, as_=tara)
        assert reply.status == 422
