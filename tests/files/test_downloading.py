"""Downloads: ranges, conditions and names, as RFC 9110 and RFC 6266 say."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.files.ranges import Span, wanted_spans
from tests.api import Api, Response
from tests.files.forms import upload
from tests.files.samples import PDF, photo
from tests.people import Person

CONTENT = bytes(range(32, 127)) * 40  # 3,800 bytes of text


@pytest.fixture
async def file(api: Api, tara: Person) -> Any:
    return await upload(api, tara, CONTENT, "numbers.txt")


@pytest.fixture
def get(api: Api, tara: Person, file: Any) -> Any:
    async def ask(method: str = "GET", **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await api.request(method, f"/files/{file['id']}/download", as_=tara, headers=named)

    return ask


async def test_a_download_has_the_headers_that_a_browser_needs(get: Any) -> None:
    reply = await get()
    assert (reply.status, reply.body) == (200, CONTENT)
    assert reply.headers["Content-Length"] == "3800"
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="numbers.txt"'
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"].startswith("sandbox")
    assert reply.headers["Cache-Control"] == "private, no-cache"
    assert "Last-Modified" in reply.headers
    assert reply.etag.startswith('"')


async def test_head_answers_as_get_without_the_body(get: Any) -> None:
    got, head = await get(), await get("HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges"):
        assert head.headers[name] == got.headers[name]
    # Range has a meaning for GET alone.
    assert (await get("HEAD", Range="bytes=0-1")).status == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, 3799),
        ("bytes=-5", 3795, 3799),
        ("bytes=-99999", 0, 3799),
        ("bytes=3799-9999999999999", 3799, 3799),
        ("Bytes=1-2", 1, 2),
        ("bytes= 1-2 , ", 1, 2),
        ("bytes=0-9,5-20", 0, 20),
        ("bytes=0-9, 99999-", 0, 9),
    ],
)
async def test_a_single_range_is_sent_alone(get: Any, asked: str, first: int, last: int) -> None:
    reply = await get(Range=asked)
    assert reply.status == 206
    assert reply.headers["Content-Range"] == f"bytes {first}-{last}/3800"
    assert reply.body == CONTENT[first : last + 1]
    assert reply.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=3800-", "bytes=99999-100000", "bytes=-0"])
async def test_a_range_beyond_the_end_is_not_satisfiable(get: Any, asked: str) -> None:
    reply = await get(Range=asked)
    assert (reply.status, reply.code) == (416, "range_not_satisfiable")
    assert reply.headers["Content-Range"] == "bytes */3800"


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-2", "bytes=a-b", "bytes", "bytes=", "bytes=-", "lines=0-1", "bytes=1-2;x",
     "bytes=0x1-2", "bytes=--1", "bytes=1", ",".join(["bytes=0-0", *["5-6"] * 40]), "bytes=٣-٤"],
)  # fmt: skip
async def test_a_range_that_cannot_be_read_is_ignored(get: Any, asked: str) -> None:
    reply = await get(Range=asked)
    assert (reply.status, reply.body) == (200, CONTENT)


async def test_several_ranges_come_as_parts(get: Any) -> None:
    reply = await get(Range="bytes=0-1,-3")
    assert reply.status == 206
    kind, _, boundary = reply.headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/byteranges"
    assert "Content-Range" not in reply.headers
    parts = reply.body.split(f"\r\n--{boundary}".encode())
    assert [part.partition(b"\r\n\r\n")[2] for part in parts[1:-1]] == [CONTENT[:2], CONTENT[-3:]]
    assert b"Content-Range: bytes 3797-3799/3800" in parts[2]
    assert b"Content-Type: text/plain" in parts[1]
    assert parts[-1] == b"--\r\n"
    assert int(reply.headers["Content-Length"]) == len(reply.body)


async def test_if_range_continues_only_the_same_file(get: Any) -> None:
    etag = (await get()).etag
    modified = (await get()).headers["Last-Modified"]
    assert (await get(Range="bytes=0-1", If_Range=etag)).status == 206
    assert (await get(Range="bytes=0-1", If_Range=modified)).status == 206
    for other in ('"other"', f"W/{etag}", "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"):
        assert (await get(Range="bytes=0-1", If_Range=other)).status == 200, other


async def test_conditional_downloads_follow_etag_and_date(get: Any) -> None:
    etag = (await get()).etag
    now = format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)
    long_ago = "Thu, 01 Jan 1970 00:00:00 GMT"
    same = await get(If_None_Match=f'"x", W/{etag}')
    assert (same.status, same.body, same.etag) == (304, b"", etag)
    assert (await get(If_None_Match="*")).status == 304
    assert (await get(If_None_Match='"x"')).status == 200
    assert (await get(If_Modified_Since=now)).status == 304
    assert (await get(If_Modified_Since=long_ago)).status == 200
    assert (await get(If_Modified_Since=now, If_None_Match='"x"')).status == 200
    assert (await get(If_Match='"x"')).status == 412
    assert (await get(If_Match=f'"x", {etag}')).status == 200
    assert (await get(If_Match=f"W/{etag}")).status == 412
    assert (await get(If_Match="*")).status == 200
    assert (await get(If_Unmodified_Since=long_ago)).status == 412
    assert (await get(If_Unmodified_Since="nonsense")).status == 200
    assert (await get(If_None_Match=etag, Range="bytes=0-1")).status == 304


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("日本語.pdf", "___.pdf", "%E6%97%A5%E6%9C%AC%E8%AA%9E.pdf"),
        ("Größe.pdf", "Gro_e.pdf", "Gr%C3%B6%C3%9Fe.pdf"),
        ('a"b%;c.pdf', "a_b__c.pdf", "a%22b%25%3Bc.pdf"),
        ("שלום.pdf", "____.pdf", "%D7%A9%D7%9C%D7%95%D7%9D.pdf"),
    ],
)
async def test_names_in_any_script_reach_the_browser(
    api: Api, tara: Person, name: str, plain: str, full: str
) -> None:
    file = await upload(api, tara, PDF, "x.pdf")
    await api.patch(f"/files/{file['id']}", {"filename": name}, as_=tara)
    reply = await api.get(f"/files/{file['id']}/download", as_=tara)
    assert (
        reply.headers["Content-Disposition"]
        == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"
    )


async def test_an_image_is_re_encoded_without_metadata_and_upright(api: Api, tara: Person) -> None:
    import io

    from PIL import Image

    original = photo()
    assert b"HOME ADDRESS" in original
    file = await upload(api, tara, original, "me.jpg")
    for form in ("thumbnail", "avatar"):
        reply = await api.get(f"/files/{file['id']}/{form}", as_=tara)
        assert (reply.status, reply.headers["Content-Type"]) == (200, "image/webp")
        assert b"HOME ADDRESS" not in reply.body
        with Image.open(io.BytesIO(reply.body)) as image:
            assert image.size == (20, 60)
            assert not image.getexif()
            assert image.format == "WEBP"
        again = await api.get(f"/files/{file['id']}/{form}", as_=tara)
        assert again.body == reply.body
    notes = await upload(api, tara)
    assert (await api.get(f"/files/{notes['id']}/thumbnail", as_=tara)).status == 404


async def test_large_images_become_small(api: Api, tara: Person) -> None:
    import io

    from PIL import Image

    from tests.files.samples import image

    file = await upload(api, tara, image("PNG", (3000, 1500)), "big.png")
    reply = await api.get(f"/files/{file['id']}/avatar", as_=tara)
    with Image.open(io.BytesIO(reply.body)) as small:
        assert small.size == (512, 256)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=16))
def test_merged_ranges_cover_exactly_the_requested_bytes(pairs: list[tuple[int, int]]) -> None:
    size = 30
    header = "bytes=" + ",".join(f"{a}-{max(a, b)}" for a, b in pairs)
    spans = wanted_spans({"Range": header}, size, '"e"', datetime.now(UTC))
    assert spans is not None
    asked = {n for a, b in pairs for n in range(a, max(a, b) + 1) if n < size}
    covered = [n for span in spans for n in range(span.start, span.end)]
    assert sorted(covered) == sorted(asked)  # each once
    assert all(isinstance(span, Span) and span.size > 0 for span in spans)
