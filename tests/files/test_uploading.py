"""Uploads as forms: what is taken, what is refused, and that a refusal leaves nothing."""

import asyncio
import hashlib
import tempfile
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from lms.core.db.pool import Pool
from tests.api import Api
from tests.exchange import changed_settings
from tests.files.conftest import Stored
from tests.files.forms import BOUNDARY, form, send_form, upload
from tests.files.samples import GOOD, PDF, TEXT, archive, image
from tests.people import Person


@pytest.mark.parametrize("filename", GOOD)
async def test_every_file_type_is_stored_unchanged(
    api: Api, tara: Person, stored: Stored, filename: str
) -> None:
    content, content_type = GOOD[filename]
    reply = await send_form(api, tara, form(content, filename))
    assert reply.status == 201
    file = reply.data
    assert reply.headers["Location"] == f"/api/v1/files/{file['id']}"
    assert (file["filename"], file["content_type"]) == (filename, content_type)
    assert file["size"] == len(content)
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    assert (file["is_public"], file["uploader_id"]) == (False, str(tara.id))
    assert file["url"].endswith(f"/api/v1/files/{file['id']}/download")
    got = await api.get(f"/files/{file['id']}/download", as_=tara)
    assert (got.status, got.body) == (200, content)
    assert got.headers["Content-Type"] == content_type
    assert await stored.usage() == len(content)
    assert await stored.objects() == [f"files/{file['id']}"]


async def test_a_form_of_a_client_library_is_understood(api: Api, tara: Person) -> None:
    data = aiohttp.FormData()
    data.add_field("is_public", "true")
    data.add_field("file", TEXT, filename="отчёт 日本.txt", content_type="text/plain")
    reply = await api.request("POST", "/files/upload", as_=tara, data=data)
    assert (reply.data["filename"], reply.data["is_public"]) == ("отчёт 日本.txt", True)


@pytest.mark.parametrize("fields_first", [True, False])
async def test_fields_may_come_before_or_after_the_file(
    api: Api, tara: Person, fields_first: bool
) -> None:
    body = form(fields={"is_public": "true"}, fields_first=fields_first)
    assert (await send_form(api, tara, body)).data["is_public"] is True


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Vorlesung 1: Größe & Maß (final).pdf", "Vorlesung 1: Größe & Maß (final).pdf"),
        ("मेरा दस्तावेज़.pdf", "मेरा दस्तावेज़.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("50% off.pdf", "50% off.pdf"),
        ("a%22b.pdf", 'a"b.pdf'),
        ("..double.pdf", "..double.pdf"),
        ("x" * 251 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
async def test_names_in_any_script_are_kept(api: Api, tara: Person, name: str, kept: str) -> None:
    assert (await upload(api, tara, PDF, name))["filename"] == kept


_HOSTILE = [
    "", ".", "..", "../../etc/passwd.pdf", "..\\..\\boot.pdf", "/etc/x.pdf", "C:\\x.pdf",
    "a/b.pdf", "..%2Fx.pdf", "nul\0.pdf", "a%00b.pdf", "a%0D%0ASet-Cookie: x.pdf", "tab\t.pdf",
    "\u202efdp.exe.pdf", "a\u2066b.pdf", "a\u2028b.pdf", "\ufeffa.pdf", "CON.pdf", "nul.pdf",
    "com1.pdf", "lpt9.x.pdf", "x.pdf.", " x.pdf", "x" * 5000 + ".pdf", "\U0001f600" * 256 + ".pdf",
    "a\udcffb.pdf", "del\x7f.pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", _HOSTILE)
async def test_hostile_names_are_refused_and_nothing_stays(
    api: Api, tara: Person, stored: Stored, name: str
) -> None:
    reply = await send_form(api, tara, form(PDF, name))
    assert (reply.status, reply.code) == (422, "invalid_filename")
    assert reply.pointers == ["/file"]
    await stored.assert_nothing()


async def test_a_line_break_in_a_name_breaks_the_form_and_nothing_else(
    api: Api, tara: Person, stored: Stored
) -> None:
    reply = await send_form(api, tara, form(PDF, b"x\r\nX-Evil: 1\r\n\r\n.pdf"))
    assert reply.status in (400, 422)
    await stored.assert_nothing()


async def test_types_that_are_not_on_the_list_are_refused(
    api: Api, tara: Person, stored: Stored
) -> None:
    for name in ("x.exe", "x.svg", "x.html", "pdf", ".pdf", "x.pdf.exe", "x.docm", "x"):
        reply = await send_form(api, tara, form(PDF, name))
        assert (reply.status, reply.code) == (415, "file_type_not_allowed"), name
    await stored.assert_nothing()


async def test_an_empty_file_is_refused(api: Api, tara: Person, stored: Stored) -> None:
    for name in ("a.pdf", "a.txt", "a.png", "a.zip"):
        reply = await send_form(api, tara, form(b"", name))
        assert (reply.status, reply.code) == (422, "file_empty")
    await stored.assert_nothing()


_FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
_BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no boundary at all": b"hello",
    "only the first boundary": b"--B\r\n",
    "no end": f"--B\r\n{_FILE}\r\n\r\nhello".encode(),
    "an end that is cut": f"--B\r\n{_FILE}\r\n\r\nhello\r\n--B-".encode(),
    "another boundary": f"--C\r\n{_FILE}\r\n\r\nhello\r\n--C--\r\n".encode(),
    "headers that never end": b"--B\r\n" + b"X: y\r\n" * 5000,
    "a header that never ends": b"--B\r\nX: " + b"y" * 200_000,
    "a header without a name": b"--B\r\n: x\r\n\r\nhello\r\n--B--\r\n",
    "no disposition": b"--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B--\r\n",
    "no name": b"--B\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--B--\r\n",
    "another disposition": f"--B\r\n{_FILE}".replace("form-data", "attachment").encode()
    + b"\r\n\r\nx\r\n--B--\r\n",
    "a quote that never ends": b'--B\r\nContent-Disposition: form-data; name="fi\r\n\r\nx\r\n--B--',
    "two dispositions": f"--B\r\n{_FILE}\r\n{_FILE}\r\n\r\nhello\r\n--B--\r\n".encode(),
    "two names": f'--B\r\n{_FILE}; name="x"\r\n\r\nhello\r\n--B--\r\n'.encode(),
    "base64": f"--B\r\n{_FILE}\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--B--\r\n".encode(),
    "many parts": b"".join(
        f'--B\r\nContent-Disposition: form-data; name="p{n}"\r\n\r\nx\r\n'.encode()
        for n in range(50)
    )
    + b"--B--\r\n",
    "a field that is too long": b'--B\r\nContent-Disposition: form-data; name="is_public"\r\n\r\n'
    + b"t" * 1000
    + b"\r\n--B--\r\n",
}


@pytest.mark.parametrize("kind", _BROKEN)
async def test_broken_forms_are_refused(api: Api, tara: Person, stored: Stored, kind: str) -> None:
    reply = await send_form(api, tara, _BROKEN[kind], boundary="B")
    if kind == "many parts":
        assert (reply.status, reply.code) == (422, "validation_failed")  # the first says enough
    else:
        assert (reply.status, reply.code) == (400, "malformed_multipart")
    await stored.assert_nothing()


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        (f"multipart/form-data; boundary={'b' * 71}", 400),
        ("multipart/form-data; boundary=\u00e9", 400),
        ("multipart/mixed; boundary=B", 415),
        ("application/json", 415),
        ("text/plain", 415),
        ("", 415),
    ],
)
async def test_a_body_that_is_not_a_form_is_refused(
    api: Api, tara: Person, content_type: str, status: int
) -> None:
    reply = await api.request(
        "POST", "/files/upload", as_=tara, data=b"x", headers={"Content-Type": content_type}
    )
    assert reply.status == status, reply.body


async def test_unknown_and_repeated_fields_are_refused(
    api: Api, tara: Person, stored: Stored
) -> None:
    reply = await send_form(api, tara, form(fields={"owner": "me"}))
    assert (reply.status, reply.pointers) == (422, ["/owner"])
    reply = await send_form(api, tara, form(fields={"is_public": "maybe"}))
    assert (reply.status, reply.pointers) == (422, ["/is_public"])
    twice = form()[: -len(f"--{BOUNDARY}--\r\n")] + form()
    reply = await send_form(api, tara, twice)
    assert (reply.status, reply.pointers) == (422, ["/file"])
    reply = await send_form(api, tara, form(None, fields={"is_public": "true"}))
    assert (reply.status, reply.pointers) == (422, ["/file"])
    await stored.assert_nothing()


async def test_compressed_bodies_are_refused(api: Api, tara: Person) -> None:
    reply = await send_form(api, tara, form(), headers={"Content-Encoding": "gzip"})
    assert reply.status in (400, 415)


@pytest.fixture
def small(app: web.Application) -> Any:
    """A site that takes little: 100 kB a file, 150 kB a person."""
    with changed_settings(app, file_max_bytes=100_000, file_quota_bytes=150_000):
        yield


async def test_a_file_that_is_too_large_is_refused_by_its_header(
    api: Api, tara: Person, stored: Stored, small: None
) -> None:
    reply = await send_form(api, tara, form(b"x" * 500_000))
    assert (reply.status, reply.code) == (413, "file_too_large")
    await stored.assert_nothing()


async def test_a_file_that_is_too_large_is_refused_as_it_streams(
    api: Api, tara: Person, stored: Stored, small: None
) -> None:
    async def drip() -> Any:
        whole = form(b"x" * 120_000)
        for at in range(0, len(whole), 10_000):
            yield whole[at : at + 10_000]

    reply = await send_form(api, tara, drip())  # chunked: no length is told
    assert (reply.status, reply.code) == (413, "file_too_large")
    await stored.assert_nothing()
    exactly = await send_form(api, tara, form(b"x" * 100_000))
    assert exactly.status == 201


async def test_a_quota_holds_under_a_race(
    api: Api, tara: Person, olly: Person, stored: Stored, small: None
) -> None:
    replies = await asyncio.gather(
        *(send_form(api, tara, form(b"x" * 60_000)) for _ in range(6)),
        send_form(api, olly, form(b"y" * 60_000)),
    )
    assert sorted(reply.status for reply in replies[:6]) == [201, 201, 409, 409, 409, 409]
    assert {reply.code for reply in replies[:6] if reply.status == 409} == {"quota_exceeded"}
    assert replies[6].status == 201  # the bystander has a quota of their own
    assert len(await stored.objects()) == len(await stored.rows()) == 3
    assert await stored.usage() == 180_000
    mine = (await api.get("/files", as_=tara)).data
    assert (await api.delete(f"/files/{mine[0]['id']}", as_=tara)).status == 204
    assert (await send_form(api, tara, form(b"x" * 60_000))).status == 201


async def test_a_client_that_stops_halfway_leaves_nothing(
    api: Api, server: Any, tara: Person, stored: Stored
) -> None:
    for filename, content in (("a.mp4", GOOD["a.mp4"][0]), ("a.zip", b"PK\x03\x04")):
        body = form(content + b"\0" * 300_000, filename)
        _, writer = await asyncio.open_connection(server.host, server.port)
        head = (
            "POST /api/v1/files/upload HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {tara.token}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body[:200_000])
        await writer.drain()
        async with asyncio.timeout(5):
            while not await stored.rows():
                await asyncio.sleep(0.01)
        writer.transport.abort()
        async with asyncio.timeout(5):
            while await stored.rows() or await stored.objects():
                await asyncio.sleep(0.01)
    await stored.assert_nothing()


async def test_a_body_that_drips_is_cut(
    api: Api, app: web.Application, tara: Person, stored: Stored
) -> None:
    async def drip() -> Any:
        yield form()[:150]
        await asyncio.sleep(5)
        yield form()[150:]

    with changed_settings(app, body_read_seconds=0.3):
        reply = await send_form(api, tara, drip())
    assert (reply.status, reply.code) == (408, "body_timeout")
    await stored.assert_nothing()


async def test_an_upload_that_is_repeated_under_its_key_is_one_file(
    api: Api, tara: Person, stored: Stored
) -> None:
    key = {"Idempotency-Key": "one-upload"}
    first = await send_form(api, tara, form(TEXT, fields={"is_public": "false"}), headers=key)
    again = await send_form(
        api,
        tara,
        form(TEXT, boundary="Another", fields_first=True),
        boundary="Another",
        headers=key,
    )
    assert first.status == again.status == 201
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.data == again.data
    assert again.headers["Location"] == first.headers["Location"]
    for other in (
        form(TEXT + b"!"),
        form(TEXT, "other.txt"),
        form(TEXT, fields={"is_public": "true"}),
    ):
        reply = await send_form(api, tara, other, headers=key)
        assert (reply.status, reply.code) == (422, "idempotency_key_reused")
    assert await stored.rows() == [first.data["id"]]
    assert await stored.objects() == [f"files/{first.data['id']}"]


async def test_a_repeat_while_the_first_runs_is_told_to_wait(
    api: Api, tara: Person, stored: Stored
) -> None:
    key = {"Idempotency-Key": "slow-upload"}
    go = asyncio.Event()

    async def slow() -> Any:
        body = form(GOOD["a.mp4"][0] + b"\0" * 9000, "a.mp4")
        yield body[:9000]
        await go.wait()
        yield body[9000:]

    first = asyncio.create_task(send_form(api, tara, slow(), headers=key))
    async with asyncio.timeout(5):
        while not await stored.rows():
            await asyncio.sleep(0.01)
    body = form(GOOD["a.mp4"][0] + b"\0" * 9000, "a.mp4")
    second = await send_form(api, tara, body, headers=key)
    assert (second.status, second.code) == (409, "idempotency_in_progress")
    assert second.headers["Retry-After"]
    go.set()
    assert (await first).status == 201
    assert (await send_form(api, tara, body, headers=key)).data == (await first).data


async def test_a_key_whose_upload_died_can_be_used_again(
    api: Api, tara: Person, stored: Stored, db: Pool
) -> None:
    key = {"Idempotency-Key": "died"}
    first = await send_form(api, tara, form(b"", "a.txt"), headers=key)
    assert first.status == 422  # an error had no effect
    async with db.acquire() as connection:
        await connection.execute(
            "insert into files (uploader_id, filename, content_type, status, alive_until, claim)"
            " select $1, 'a.txt', 'text/plain', 'storing', now() - interval '1 second',"
            " sha256(convert_to($2, 'utf8'))",
            tara.id,
            f"{tara.id}\nPOST\n/api/v1/files/upload\ndied",
        )
    assert (await send_form(api, tara, form(), headers=key)).status == 201


async def test_an_upload_costs_the_same_few_statements(
    api: Api, tara: Person, queries: Any
) -> None:
    await upload(api, tara)
    async with queries.expect(8):  # begin and commit of two transactions are among them
        await upload(api, tara)


async def test_nothing_is_written_to_the_temporary_folder(
    api: Api, tara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    nested = archive({"inner.zip": archive({"innermost.zip": archive()})})
    assert (await send_form(api, tara, form(nested, "a.zip"))).status == 201
    picture = await upload(api, tara, image("PNG"), "a.png")
    assert (await api.get(f"/files/{picture['id']}/thumbnail", as_=tara)).status == 200
