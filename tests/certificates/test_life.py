"""A certificate's life: issued, downloaded, expired, revoked; and what anyone can verify."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from lms.app import create_app
from lms.certificates.documents import site_design
from lms.certificates.tasks import render_certificate_pdf
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.events.payloads import PAYLOADS
from lms.settings import Settings, SettingsError
from tests import chromium
from tests.api import Api
from tests.certificates.documents import a_picture
from tests.events.settling import settle
from tests.factories import enroll, make_course, make_open_course
from tests.files.forms import upload
from tests.files.samples import image
from tests.people import Cast, Person
from tests.webhooks.conftest import context


async def _draw(settings: Settings, db: Pool, **changes: Any) -> int:
    """Do what the worker would do now; how many drawings there were."""
    kinds = {"render_certificate": 9}
    jobs = await claim(db, "certificates", kinds, room=9, lease_seconds=60)
    for job in jobs:
        await render_certificate_pdf(context(settings, db, **changes), job)
    return len(jobs)


async def _complete(
    api: Api, teacher: Person, student: Person, **course_fields: Any
) -> tuple[Any, Any]:
    """A completed enrolment, and its pending certificate."""
    course, lessons = await make_open_course(api, teacher, lessons=1, **course_fields)
    enrollment = await enroll(api, student, course)
    path = f"/enrollments/{enrollment['id']}/lessons/{lessons[0]['id']}/complete"
    await api.post(path, as_=student)
    mine = (await api.get("/certificates/my-certificates", as_=student)).data
    return enrollment, mine[0]


async def _pdf(api: Api, who: Person, certificate: Any) -> bytes:
    reply = await api.get(f"/certificates/{certificate['id']}/download", as_=who)
    assert reply.status == 200, reply.body
    return reply.body


def _text(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


async def _verify(api: Api, number: str) -> Any:
    return (await api.get(f"/certificates/verify/{number}")).data


async def _page(api: Api, number: str) -> str:
    return (await api.get(f"/verify/{number}", root=True)).body.decode()


async def test_redrawing_gives_the_same_file_after_course_and_name_changed(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person
) -> None:
    _, certificate = await _complete(api, tara, sam, certificate={"title": "Well done"})
    _, other = await _complete(api, tara, olly)
    assert await _draw(settings, db) == 2
    first = await _pdf(api, sam, certificate)
    course_id = certificate["course"]["id"]
    await api.patch(
        f"/courses/{course_id}",
        {"title": "Renamed", "certificate": {"title": "Other", "orientation": "portrait"}},
        as_=tara,
    )
    await api.patch("/users/me", {"full_name": "Samuel Renamed"}, as_=sam)
    async with begin(db) as connection:  # the object is lost, the row is not
        await connection.execute(
            "update certificates set status = 'pending', storage_key = null where id = $1",
            certificate["id"],
        )
        await connection.execute("update jobs set status = 'pending', finished_at = null"
                                 " where kind = 'render_certificate'")  # fmt: skip
    await _draw(settings, db)
    assert await _pdf(api, sam, certificate) == first
    assert "Well done" in _text(first)
    assert await _pdf(api, olly, other) != first


async def test_revoking_marks_the_pdf_and_tells_whoever_verifies(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    _, certificate = await _complete(api, tara, sam)
    _, bystander = await _complete(api, tara, olly)
    path = f"/certificates/{certificate['id']}"
    reason = {"reason": "Issued by mistake."}
    early = await api.post(f"{path}/revoke", reason, as_=ada)
    assert (early.status, early.code) == (409, "certificate_not_ready")
    await _draw(settings, db)
    valid = await _pdf(api, sam, certificate)
    for person in (sam, tara):
        assert (await api.post(f"{path}/revoke", reason, as_=person)).status == 403
    revoked = await api.post(f"{path}/revoke", reason, as_=ada)
    assert (revoked.status, revoked.data["status"]) == (200, "revoked")
    # Not for a moment is the unmarked one handed out.
    waiting = await api.get(f"{path}/download", as_=sam)
    assert (waiting.status, waiting.code) == (409, "certificate_not_ready")
    again = await api.post(f"{path}/revoke", {"reason": "Another."}, as_=ada)
    assert again.data == revoked.data
    assert await _draw(settings, db) == 1
    marked = await _pdf(api, sam, certificate)
    assert marked != valid
    for page in PdfReader(io.BytesIO(marked)).pages:
        assert "REVOKED" in page.extract_text()
    folder = settings.data_dir / "files" / "certificates"
    assert [file.name for file in folder.glob(f"{certificate['id']}*")] == [
        f"{certificate['id']}-revoked.pdf"
    ]
    told = await _verify(api, certificate["number"])
    assert (told["status"], told["revoked_at"]) == ("revoked", revoked.data["revoked_at"])
    assert "was revoked" in await _page(api, certificate["number"])
    assert (await _verify(api, bystander["number"]))["status"] == "valid"
    assert "REVOKED" not in _text(await _pdf(api, olly, bystander))
    await settle(api)
    events = (await api.get("/events?types=certificate.issued,certificate.revoked", as_=tara)).data
    assert [e["type"] for e in events] == [
        "certificate.issued", "certificate.issued", "certificate.revoked"
    ]  # fmt: skip
    assert events[-1]["data"]["certificate_id"] == certificate["id"]
    for event in events:
        assert not PAYLOADS[event["type"]]().validate(event["data"])


async def test_redrawing_a_revoked_certificate_gives_the_same_file(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    _, certificate = await _complete(api, tara, sam)
    await _draw(settings, db)
    await api.post(f"/certificates/{certificate['id']}/revoke", {"reason": "R"}, as_=ada)
    await _draw(settings, db)
    first = await _pdf(api, sam, certificate)
    async with begin(db) as connection:
        await connection.execute("update certificates set storage_key = null")
        await connection.execute("update jobs set status = 'pending', finished_at = null"
                                 " where promise_key like '%:revoked'")  # fmt: skip
    await api.patch(f"/courses/{certificate['course']['id']}", {"title": "Renamed"}, as_=tara)
    assert await _draw(settings, db, site_name="Another name") == 1
    assert "Another name" in _text(await _pdf(api, sam, certificate))
    async with begin(db) as connection:
        await connection.execute("update certificates set storage_key = null")
        await connection.execute("update jobs set status = 'pending', finished_at = null"
                                 " where promise_key like '%:revoked'")  # fmt: skip
    await _draw(settings, db)
    assert await _pdf(api, sam, certificate) == first


async def test_valid_expired_revoked_and_unknown_are_told_apart(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    _, certificate = await _complete(api, tara, sam, certificate={"valid_days": 30})
    number = certificate["number"]
    assert (await _verify(api, number))["status"] == "unknown"  # until it is issued
    await _draw(settings, db)
    assert (await _verify(api, number))["status"] == "valid"
    assert "is valid" in await _page(api, number)
    assert (await _verify(api, number.lower().replace("-", " ").replace(" ", "%20")))["status"] == (
        "valid"
    )
    async with begin(db) as connection:
        await connection.execute(
            "update certificates set expires_at = $1", datetime.now(UTC) - timedelta(seconds=1)
        )
    assert (await _verify(api, number))["status"] == "expired"
    assert "has expired" in await _page(api, number)
    mine = (await api.get(f"/certificates/{certificate['id']}", as_=sam)).data
    assert mine["status"] == "expired"
    await api.post(f"/certificates/{certificate['id']}/revoke", {"reason": "R"}, as_=ada)
    assert (await _verify(api, number))["status"] == "revoked"
    swapped = number[:-1] + ("0" if number[-1] != "0" else "1")
    for unknown in (swapped, "x", "%00", "<script>", "..%2f..", "0" * 900):
        told = await _verify(api, unknown)
        assert told["status"] == "unknown"
        assert {told[k] for k in told if k not in ("status", "number")} == {None}
        page = await _page(api, unknown)
        assert "There is no certificate" in page
        assert "<script>" not in page


async def test_the_printed_qr_code_leads_to_a_valid_certificate(
    api: Api, db: Pool, settings: Settings, tara: Person, cast: Cast
) -> None:
    student = await cast.person("أحمد Müller 李明 🎓")
    _, certificate = await _complete(api, tara, student)
    await _draw(settings, db)
    page = pypdfium2.PdfDocument(await _pdf(api, student, certificate))[0]
    [code] = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    assert code.text == certificate["verify_url"]
    assert code.text == f"{settings.base_url}/verify/{certificate['number']}"
    html = await _page(api, code.text.rpartition("/")[2])
    assert "is valid" in html
    assert "أحمد Müller 李明 🎓" in html
    assert "<script" not in html


@pytest.mark.slow
@pytest.mark.skipif(chromium.PROGRAM is None, reason="no Chromium on this machine")
async def test_what_a_camera_reads_opens_in_a_browser_and_runs_nothing(
    api: Api,
    db: Pool,
    settings: Settings,
    tara: Person,
    ada: Person,
    cast: Cast,
    tmp_path: Path,
) -> None:
    owned = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    student = await cast.person(f"أحمد {owned}")
    _, certificate = await _complete(api, tara, student, title=f"Bees {owned}")
    await _draw(settings, db)
    drawn = pypdfium2.PdfDocument(await _pdf(api, student, certificate))[0]
    [code] = zxingcpp.read_barcodes(drawn.render(scale=2).to_pil())
    path = code.text.removeprefix(settings.base_url)
    here = api.url(path)
    async with chromium.chromium(tmp_path / "browser", scripts=True) as page:
        await page.open(here)
        html = await page.wait_for("This certificate is valid.")
        await api.post(f"/certificates/{certificate['id']}/revoke", {"reason": "R"}, as_=ada)
        await page.open(here)
        html += await page.wait_for("This certificate was revoked.")
        shown = await page.call(
            "Runtime.evaluate", expression="[document.title, document.body.innerText].join('|')"
        )
        await page.open(here[:-1] + ("0" if here[-1] != "0" else "1"))
        await page.wait_for("There is no certificate with this number.")
    title, _, text = shown["result"]["value"].partition("|")
    assert "owned" not in title
    assert f"أحمد {owned}" in text
    assert f"Bees {owned}" in text
    assert "<img" not in html
    assert "<script" not in html


async def test_teachers_preview_the_designs_of_their_own_courses_only(
    api: Api, tara: Person, theo: Person, ada: Person, sam: Person
) -> None:
    course = await make_course(
        api, tara, title="Beekeeping", certificate={"title": "Diploma", "valid_days": 10}
    )
    path = f"/courses/{course['id']}/certificate-preview"
    for person in (tara, ada):
        reply = await api.get(path, as_=person)
        assert (reply.status, reply.headers["Content-Type"]) == (200, "application/pdf")
        text = _text(reply.body)
        assert "Diploma" in text
        assert "Beekeeping" in text
        assert "Valid until" in text
    assert (await api.get(path, as_=theo)).status == 404
    assert (await api.get(path, as_=sam)).status == 403
    open_course, _ = await make_open_course(api, tara)
    assert (
        await api.get(f"/courses/{open_course['id']}/certificate-preview", as_=theo)
    ).status == (403)
    unknown = f"/courses/{UUID(int=1)}/certificate-preview"
    assert (await api.get(unknown, as_=tara)).status == 404
    number = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", text)
    assert number is not None
    assert (await _verify(api, number[0]))["status"] == "unknown"


async def test_a_course_may_override_the_sites_design_file(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, tmp_path: Path
) -> None:
    (tmp_path / "logo.png").write_bytes(a_picture())
    file = tmp_path / "certificate.json"
    design = {"title": "Site title", "text": "Site text", "logo": "logo.png"}
    file.write_text(json.dumps(design))
    _, certificate = await _complete(api, tara, sam, certificate={"text": "Course text"})
    await _draw(settings, db, certificate_template=file)
    pdf = await _pdf(api, sam, certificate)
    text = _text(pdf)
    assert "Site title" in text
    assert "Course text" in text
    assert "Site text" not in text
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1


async def test_uploaded_pictures_are_drawn_and_outlive_their_files(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person
) -> None:
    """The logo above and the signature, whose paper is clear, at the foot; also in the preview."""
    logo = await upload(api, tara, image(size=(400, 200)), "logo.png")
    signed = await upload(api, tara, _signature(), "signature.png")
    design = {"logo_file_id": logo["id"], "signature_file_id": signed["id"]}
    _, certificate = await _complete(api, tara, sam, certificate=design)
    _, plain = await _complete(api, tara, olly)
    course_path = f"/courses/{certificate['course']['id']}"
    preview = await api.get(f"{course_path}/certificate-preview", as_=tara)
    await _draw(settings, db)
    first = await _pdf(api, sam, certificate)
    for pdf in (preview.body, first):
        page = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
        assert _is_near(page.getpixel((421, 80)), (200, 40, 40))
        ink = [page.getpixel((421, y)) for y in range(440, 530)]
        assert any(_is_near(pixel, (0, 0, 128)) for pixel in ink)
        assert not any(_is_near(pixel, (0, 0, 0)) for pixel in ink)  # clear, not black
    assert not PdfReader(io.BytesIO(await _pdf(api, olly, plain))).pages[0].images
    await api.patch(course_path, {"certificate": {}}, as_=tara)
    for file in (logo, signed):
        assert (await api.delete(f"/files/{file['id']}", as_=tara)).status == 204
    async with begin(db) as connection:
        await connection.execute(
            "update certificates set status = 'pending', storage_key = null where id = $1",
            certificate["id"],
        )
        await connection.execute("update jobs set status = 'pending', finished_at = null"
                                 " where kind = 'render_certificate'")  # fmt: skip
    await _draw(settings, db)
    assert await _pdf(api, sam, certificate) == first


def _signature() -> bytes:
    """A stroke of ink on nothing."""
    picture = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    picture.paste((0, 0, 128, 255), (100, 30, 200, 70))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _is_near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(have - want) < 40 for have, want in zip(pixel, colour, strict=True))


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"titel": "x"}', '{"primary_colour": "red"}', '{"logo": "none.png"}']
)
def test_a_wrong_design_stops_the_start_with_a_sentence(
    settings: Settings, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(content)
    with pytest.raises(SettingsError, match="LMS_CERTIFICATE_TEMPLATE"):
        create_app(replace(settings, certificate_template=file))


def test_the_example_design_is_valid() -> None:
    path = Path(__file__).parents[2] / "config/certificate.example.json"
    assert site_design(path)["title"] == "Certificate of Completion"
