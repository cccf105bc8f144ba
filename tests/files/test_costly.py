"""Files that cost too much are refused, and while parsers are busy a client may come again."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from lms.core.http.request import SETTINGS
from lms.core.parsers import PARSERS, Parsers
from tests.api import Api
from tests.costs.hostile import lying_picture
from tests.exchange import changed_settings, exchanged
from tests.files.conftest import Stored
from tests.files.forms import form, send_form, upload
from tests.files.samples import image
from tests.people import Person


@pytest.fixture
async def narrow(app: web.Application) -> Any:
    """Parsers that may take little memory."""
    with changed_settings(app, parser_memory_bytes=100 << 20):
        parsers = Parsers(app[SETTINGS])
        with exchanged(app, PARSERS, parsers):
            yield
        await parsers.close()


async def test_a_picture_that_unpacks_to_too_much_is_refused(
    api: Api, tara: Person, stored: Stored, narrow: None
) -> None:
    reply = await send_form(api, tara, form(lying_picture(5000), "a.png"))
    assert reply.faults == {("/file", "too_expensive")}
    assert reply.code == "too_expensive"
    await stored.assert_nothing()
    assert (await send_form(api, tara, form(image(), "a.png"))).status == 201


async def test_a_large_picture_is_made_small_and_upright(api: Api, tara: Person) -> None:
    made = await upload(api, tara, lying_picture(3000), "a.png")
    assert (await api.get(f"/files/{made['id']}/thumbnail", as_=tara)).status == 200


async def test_while_parsers_are_busy_an_upload_is_sent_again(
    api: Api, tara: Person, stored: Stored, busy: None
) -> None:
    reply = await send_form(api, tara, form(image(), "a.png"))
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (429, "parsers_busy", "5")
    await stored.assert_nothing()
    # What nobody has to look into is taken.
    assert (await send_form(api, tara, form(b"Read this.", "a.txt"))).status == 201


async def test_while_parsers_are_busy_a_direct_upload_stays(
    api: Api, app: web.Application, tara: Person
) -> None:
    content = image()
    begun = await api.post("/files/uploads", {"filename": "a.png", "size": len(content)}, as_=tara)
    parts = urlsplit(begun.data["url"])
    await api.request(
        "PUT", f"{parts.path}?{parts.query}", root=True, data=content,
        headers={"Content-Type": "application/octet-stream", **begun.data["headers"]},
    )  # fmt: skip
    complete = f"/files/uploads/{begun.data['id']}/complete"
    with exchanged(app, PARSERS, Parsers(app[SETTINGS], patience_seconds=0.0)) as none:
        async with none.turn(), none.turn():
            reply = await api.post(complete, as_=tara)
    assert (reply.status, reply.code) == (429, "parsers_busy")
    assert (await api.post(complete, as_=tara)).status == 200
