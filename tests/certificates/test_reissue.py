"""A certificate is put right: another one replaces it, and whoever verifies the old is told."""

import asyncio
import io
from dataclasses import replace
from typing import Any

from aiohttp.test_utils import TestServer
from pypdf import PdfReader

from lms.app import create_app
from lms.certificates.tasks import render_certificate_pdf, render_reissued_certificate
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.events.payloads import PAYLOADS
from lms.privacy.tasks import delete_erased_documents
from lms.settings import Settings
from tests.api import Api
from tests.conftest import QueryCount
from tests.events.settling import settle
from tests.factories import enroll, make_open_course
from tests.people import PASSWORD, Cast, Person
from tests.webhooks.conftest import context

REASON = {"reason": "The name was misspelt."}
_TASKS = {
    "render_certificate": render_certificate_pdf,
    "render_reissued_certificate": render_reissued_certificate,
    "delete_erased_documents": delete_erased_documents,
}


async def _work(settings: Settings, db: Pool) -> int:
    """Do what the worker would do until nothing is left; how many jobs there were."""
    done = 0
    while jobs := await claim(
        db, "certificates", dict.fromkeys(_TASKS, 99), room=99, lease_seconds=60
    ):
        for job in jobs:
            await _TASKS[job.kind](context(settings, db), job)
            if not job.finished:
                await job.finish(db)
        done += len(jobs)
    return done


async def _issued(
    api: Api, settings: Settings, db: Pool, teacher: Person, student: Person, **fields: Any
) -> Any:
    """A certificate that was issued."""
    course, lessons = await make_open_course(api, teacher, lessons=1, **fields)
    place = await enroll(api, student, course)
    await api.post(f"/enrollments/{place['id']}/lessons/{lessons[0]['id']}/complete", as_=student)
    await _work(settings, db)
    return await _generate(api, place["id"], student)


async def _generate(api: Api, enrollment_id: str, student: Person) -> Any:
    body = {"enrollment_id": enrollment_id}
    return (await api.post("/certificates/generate", body, as_=student)).data


async def _reissue(api: Api, admin: Person, certificate: Any, **given: Any) -> Any:
    return await api.post(
        f"/certificates/{certificate['id']}/reissue", {**REASON, **given}, as_=admin
    )


async def _verify(api: Api, certificate: Any) -> Any:
    return (await api.get(f"/certificates/verify/{certificate['number']}")).data


async def _get(api: Api, who: Person, certificate: Any) -> Any:
    return (await api.get(f"/certificates/{certificate['id']}", as_=who)).data


def _text(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


async def _pdf(api: Api, who: Person, certificate: Any) -> str:
    reply = await api.get(f"/certificates/{certificate['id']}/download", as_=who)
    assert reply.status == 200, reply.body
    return _text(reply.body)


def _files(settings: Settings, certificate_id: str) -> list[str]:
    folder = settings.data_dir / "files" / "certificates"
    return [file.name for file in folder.glob(f"{certificate_id}*")]


async def test_a_corrected_name_gets_a_certificate_that_replaces_the_old(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam, certificate={"valid_days": 30})
    bystander = await _issued(api, settings, db, tara, olly)
    assert (old["replaced_by"], old["is_public"]) == (None, False)
    before = await _verify(api, old)
    await api.patch("/users/me", {"full_name": "Samuel Right"}, as_=sam)
    assert (await _generate(api, old["enrollment_id"], sam))["id"] == old["id"]  # frozen
    reply = await _reissue(api, ada, old)
    assert reply.status == 201
    new = reply.data
    assert reply.headers["Location"] == f"/api/v1/certificates/{new['id']}"
    assert (new["status"], new["student_name"]) == ("pending", "Samuel Right")
    assert new["number"] != old["number"]
    assert new["expires_at"] == old["expires_at"]
    # Until it is issued, the old one is what it was.
    assert await _verify(api, old) == before
    assert (await _verify(api, new))["status"] == "unknown"
    assert (await _get(api, sam, old))["status"] == "issued"
    early = await _reissue(api, ada, new)
    assert (early.status, early.code) == (409, "certificate_not_ready")
    second = await _reissue(api, ada, old)
    assert (second.status, second.code) == (409, "certificate_replaced")
    await _work(settings, db)
    told = await _verify(api, old)
    assert (told["status"], told["number"]) == ("replaced", old["number"])
    assert (told["replaced_by"], told["student_name"]) == (new["number"], None)
    assert told["revoked_at"] is None
    now = await _verify(api, new)
    assert (now["status"], now["student_name"]) == ("valid", "Samuel Right")
    assert now["replaced_by"] is None
    assert (await _reissue(api, ada, old)).code == "certificate_replaced"
    assert (await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)).code == (
        "certificate_replaced"
    )
    assert (await _get(api, sam, old))["replaced_by"] == new["number"]
    assert "Samuel Right" in await _pdf(api, sam, new)
    assert "REPLACED" not in await _pdf(api, sam, new)
    assert "REPLACED" in await _pdf(api, sam, old)
    assert (await _generate(api, old["enrollment_id"], sam))["id"] == new["id"]
    learn = (await api.get(f"/courses/{old['course']['id']}/learn", as_=sam)).data
    assert learn["certificate"]["number"] == new["number"]
    mine = (await api.get("/certificates/my-certificates?include_total=true", as_=sam)).data
    assert [one["id"] for one in mine] == [new["id"], old["id"]]
    assert (await _verify(api, bystander))["status"] == "valid"
    page = (await api.get(f"/verify/{old['number']}", root=True)).body.decode()
    assert "was replaced" in page
    assert f'href="/verify/{new["number"]}"' in page
    assert sam.full_name not in page
    assert _files(settings, old["id"]) == [f"{old['id']}-replaced.pdf"]


async def test_what_is_given_stands_and_what_is_not_is_as_it_is_now(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam, title="Beekeping")
    await api.patch(f"/courses/{old['course']['id']}", {"title": "Beekeeping"}, as_=tara)
    new = (await _reissue(api, ada, old, student_name="Dr Sam", course_title="Bees, for all")).data
    assert (new["student_name"], new["course"]["title"]) == ("Dr Sam", "Bees, for all")
    await _work(settings, db)
    last = (await _reissue(api, ada, new)).data
    assert (last["student_name"], last["course"]["title"]) == (sam.full_name, "Beekeeping")
    for wrong in (
        {"student_name": ""},
        {"student_name": "x" * 201},
        {"course_title": None},
        {"reason": ""},
        {"number": "1"},
    ):
        assert (await _reissue(api, ada, new, **wrong)).status == 422, wrong


async def test_the_number_that_stands_is_the_latest_of_the_chain(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    chain = [await _issued(api, settings, db, tara, sam, certificate={"valid_days": 5})]
    for n in range(3):
        chain.append((await _reissue(api, ada, chain[-1], student_name=f"Sam {n}")).data)
        await _work(settings, db)
    for old in chain[:-1]:
        told = await _verify(api, old)
        assert (told["status"], told["replaced_by"]) == ("replaced", chain[-1]["number"])
        assert (await _get(api, sam, old))["replaced_by"] == chain[-1]["number"]
    assert len({one["expires_at"] for one in chain}) == 1  # counted from the first issue
    await api.post(f"/certificates/{chain[-1]['id']}/revoke", REASON, as_=ada)
    assert (await _verify(api, chain[0]))["replaced_by"] == chain[-1]["number"]


async def test_a_revoked_certificate_is_reissued_and_keeps_its_revocation(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam)
    revoked = (await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)).data
    body = {"enrollment_id": old["enrollment_id"]}
    refused = await api.post("/certificates/generate", body, as_=sam)
    assert (refused.status, refused.code) == (409, "certificate_revoked")
    reply = await _reissue(api, ada, old)
    assert reply.status == 201
    assert (await _verify(api, old))["status"] == "revoked"
    making = await api.post("/certificates/generate", body, as_=sam)
    assert (making.status, making.data["id"]) == (202, reply.data["id"])
    await _work(settings, db)
    told = await _verify(api, old)
    assert (told["status"], told["revoked_at"]) == ("replaced", revoked["revoked_at"])
    assert (await _get(api, sam, old))["revoked_at"] == revoked["revoked_at"]
    assert "REVOKED" in await _pdf(api, sam, old)
    assert (await _verify(api, reply.data))["status"] == "valid"
    assert (await api.post("/certificates/generate", body, as_=sam)).status == 200


async def test_only_admins_reissue(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam)
    for person in (tara, sam, olly):
        assert (await _reissue(api, person, old)).status == 403
    nobody = {"id": "00000000-0000-7000-8000-000000000000"}
    assert (await _reissue(api, ada, nobody)).status == 404
    assert (await _generate(api, old["enrollment_id"], sam))["id"] == old["id"]


async def test_a_reissue_is_told_in_the_log_and_audited(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam)
    new = (await _reissue(api, ada, old)).data
    await settle(api)
    types = "types=certificate.issued,certificate.replaced,certificate.revoked"
    assert len((await api.get(f"/events?{types}", as_=tara)).data) == 1  # nothing is issued yet
    await _work(settings, db)
    await settle(api)
    events = (await api.get(f"/events?{types}", as_=tara)).data
    told = {(e["type"], e["data"]["number"]): e["data"] for e in events[1:]}
    assert set(told) == {
        ("certificate.issued", new["number"]),
        ("certificate.replaced", old["number"]),
    }
    assert told["certificate.replaced", old["number"]]["replaced_by"] == new["number"]
    for event in events:
        assert not PAYLOADS[event["type"]]().validate(event["data"])
    async with db.acquire() as connection:
        [(subject, detail)] = await connection.fetch(
            "select subject_id, data::text from audit_log where action = 'certificate.reissued'"
        )
    assert (str(subject), new["id"] in detail) == (old["id"], True)
    assert REASON["reason"] in detail


async def test_of_fifty_reissues_at_once_one_wins(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam)
    replies = await asyncio.gather(*(_reissue(api, ada, old) for _ in range(50)))
    assert sorted({reply.status for reply in replies}) == [201, 409]
    [won] = [reply.data for reply in replies if reply.status == 201]
    assert {reply.code for reply in replies if reply.status == 409} == {"certificate_replaced"}
    await asyncio.gather(_work(settings, db), *(_reissue(api, ada, old) for _ in range(9)))
    await _work(settings, db)
    mine = (await api.get("/certificates/my-certificates", as_=sam)).data
    assert [(one["id"], one["status"]) for one in mine] == [
        (won["id"], "issued"), (old["id"], "replaced"),
    ]  # fmt: skip


async def test_reissues_and_revocations_at_once_leave_one_certificate_that_stands(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam)

    async def revoke() -> Any:
        return await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)

    replies = await asyncio.gather(
        *((_reissue(api, ada, old) if n % 2 else revoke()) for n in range(50)), _work(settings, db)
    )
    assert {reply.status for reply in replies[:50]} <= {200, 201, 409}
    assert sum(reply.status == 201 for reply in replies[:50]) == 1
    await _work(settings, db)
    mine = (await api.get("/certificates/my-certificates", as_=sam)).data
    assert [one["status"] for one in mine] == ["issued", "replaced"]
    was_revoked = any(reply.status == 200 for reply in replies[:50])
    assert (mine[1]["revoked_at"] is not None) == was_revoked


async def test_the_student_alone_makes_the_pdf_public(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    old = await _issued(api, settings, db, tara, sam)
    path, page = f"/certificates/{old['id']}", f"/verify/{old['number']}"
    file = f"{page}/certificate.pdf"

    async def links() -> bool:
        return file in (await api.get(page, root=True)).body.decode()

    assert not await links()
    assert (await api.get(file, root=True)).status == 404
    for person, status in ((tara, 403), (ada, 403), (olly, 404)):
        assert (await api.patch(path, {"is_public": True}, as_=person)).status == status
    for wrong in ({"is_public": None}, {"is_public": "yes"}, {"student_name": "X"}):
        assert (await api.patch(path, wrong, as_=sam)).status == 422, wrong
    tag = (await api.get(path, as_=sam)).headers["ETag"]
    shown = await api.patch(path, {"is_public": True}, as_=sam, headers={"If-Match": tag})
    assert (shown.status, shown.data["is_public"]) == (200, True)
    stale = await api.patch(path, {"is_public": False}, as_=sam, headers={"If-Match": tag})
    assert stale.status == 412
    assert await links()
    read = await api.get(file, root=True)
    assert (read.status, read.headers["Content-Type"]) == (200, "application/pdf")
    assert sam.full_name in _text(read.body)
    assert (await api.get(f"{path}/download")).status == 401  # by its number alone
    await api.patch(path, {"is_public": False}, as_=sam)
    assert not await links()
    assert (await api.get(file, root=True)).status == 404
    # What does not stand is not shown, and the one in its place is the student's to show.
    await api.patch(path, {"is_public": True}, as_=sam)
    new = (await _reissue(api, ada, old)).data
    await _work(settings, db)
    assert not await links()
    assert (await api.get(file, root=True)).status == 404
    assert (await _get(api, sam, new))["is_public"] is False
    await api.patch(f"/certificates/{new['id']}", {"is_public": True}, as_=sam)
    await api.post(f"/certificates/{new['id']}/revoke", REASON, as_=ada)
    await _work(settings, db)
    file = f"/verify/{new['number']}/certificate.pdf"
    assert (await api.get(file, root=True)).status == 404
    for unknown in ("x", "%00", "0000-0000-0000-0000-0001"):
        assert (await api.get(f"/verify/{unknown}/certificate.pdf", root=True)).status == 404


async def _names(db: Pool) -> list[tuple[str, str]]:
    async with db.acquire() as connection:
        rows = await connection.fetch(
            "select status, student_name from certificates order by created_at, edition"
        )
    return [tuple(row) for row in rows]


async def test_erasure_takes_the_names_of_replaced_certificates(
    api: Api, db: Pool, settings: Settings, tara: Person, cast: Cast, olly: Person, ada: Person
) -> None:
    sam = await cast.person("Samantha Quixote")
    old = await _issued(api, settings, db, tara, sam)
    await _issued(api, settings, db, tara, olly)
    new = (await _reissue(api, ada, old, student_name="Samantha Panza")).data
    await _work(settings, db)
    await api.patch(f"/certificates/{new['id']}", {"is_public": True}, as_=sam)
    pending = (await _reissue(api, ada, new, student_name="Samantha Dulcinea")).data
    await api.request("DELETE", "/users/me", json={"password": PASSWORD}, as_=sam)
    await _work(settings, db)  # issued after the erasure: the one before it loses its name, too
    assert await _names(db) == [
        ("replaced", "Erased user"),
        ("issued", olly.full_name),
        ("replaced", "Erased user"),
        ("issued", "Samantha Dulcinea"),
    ]
    told = await _verify(api, pending)
    assert (told["status"], told["student_name"]) == ("valid", "Samantha Dulcinea")
    for gone in (old, new):
        assert not _files(settings, gone["id"])
        assert (await _verify(api, gone))["replaced_by"] == pending["number"]
    refused = await _reissue(api, ada, pending)
    assert (refused.status, refused.code) == (409, "student_erased")


async def test_where_certificates_are_not_kept_no_edition_names_the_person(
    api: Api, db: Pool, settings: Settings, cast: Cast
) -> None:
    tara = await cast.person("Tara Other", role="instructor")
    ada = await cast.person("Ada Other", role="admin")
    sam = await cast.person("Samantha Quixote")
    old = await _issued(api, settings, db, tara, sam)
    new = (await _reissue(api, ada, old, student_name="Samantha Panza")).data
    await _work(settings, db)

    strict = create_app(replace(settings, erasure_keeps_certificates=False))
    body = {"password": PASSWORD}
    async with TestServer(strict) as server, Api(server) as other:
        reply = await other.request("DELETE", "/users/me", json=body, as_=sam)
        assert reply.status == 204
    await _work(settings, db)
    assert await _names(db) == [("replaced", "Erased user"), ("revoked", "Erased user")]
    for gone in (old, new):
        assert not _files(settings, gone["id"])


async def test_a_name_that_is_erased_while_it_is_drawn_leaves_no_document(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=1)
    place = await enroll(api, sam, course)
    await api.post(f"/enrollments/{place['id']}/lessons/{lessons[0]['id']}/complete", as_=sam)
    [job] = await claim(db, "certificates", dict.fromkeys(_TASKS, 9), room=9, lease_seconds=60)
    worker = context(settings, db)
    storage = worker.storage

    class Slow:
        """The account is erased just as the document is stored."""

        def __getattr__(self, name: str) -> Any:
            return getattr(storage, name)

        async def put(self, key: str, content: bytes) -> None:
            await storage.put(key, content)
            async with begin(db) as connection:
                await connection.execute(
                    "update certificates set status = 'revoked', student_name = 'Erased user'"
                )

    slow: Any = Slow()
    await render_certificate_pdf(replace(worker, storage=slow), job)
    assert not _files(settings, job.args["certificate_id"])


async def test_verifying_and_learning_cost_what_they_did(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person,
    queries: QueryCount,
) -> None:  # fmt: skip
    old = await _issued(api, settings, db, tara, sam)
    await _reissue(api, ada, old)
    await _work(settings, db)
    async with queries.expect(1):
        await _verify(api, old)
    async with queries.expect(1):
        assert len((await api.get("/certificates/my-certificates", as_=sam)).data) == 2
