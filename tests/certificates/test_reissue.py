"""A certificate is put right: another one replaces it, and whoever verifies the old is told."""

import asyncio
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.events.payloads import PAYLOADS
from lms.settings import Settings
from tests.api import Api
from tests.certificates.reissuing import (
    REASON,
    files,
    generate,
    get,
    issued,
    pdf,
    reissue,
    text,
    verify,
    work,
)
from tests.conftest import QueryCount
from tests.events.settling import settle
from tests.people import Person


async def test_a_corrected_name_gets_a_certificate_that_replaces_the_old(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam, certificate={"valid_days": 30})
    bystander = await issued(api, settings, db, tara, olly)
    assert (old["replaced_by"], old["is_public"]) == (None, False)
    before = await verify(api, old)
    await api.patch("/users/me", {"full_name": "Samuel Right"}, as_=sam)
    assert (await generate(api, old["enrollment_id"], sam))["id"] == old["id"]  # frozen
    reply = await reissue(api, ada, old)
    assert reply.status == 201
    new = reply.data
    assert reply.headers["Location"] == f"/api/v1/certificates/{new['id']}"
    assert (new["status"], new["student_name"]) == ("pending", "Samuel Right")
    assert new["number"] != old["number"]
    assert new["expires_at"] == old["expires_at"]
    # Until it is issued, the old one is what it was.
    assert await verify(api, old) == before
    assert (await verify(api, new))["status"] == "unknown"
    assert (await get(api, sam, old))["status"] == "issued"
    early = await reissue(api, ada, new)
    assert (early.status, early.code) == (409, "certificate_not_ready")
    second = await reissue(api, ada, old)
    assert (second.status, second.code) == (409, "certificate_replaced")
    await work(settings, db)
    told = await verify(api, old)
    assert (told["status"], told["number"]) == ("replaced", old["number"])
    assert (told["replaced_by"], told["student_name"]) == (new["number"], None)
    assert told["revoked_at"] is None
    now = await verify(api, new)
    assert (now["status"], now["student_name"]) == ("valid", "Samuel Right")
    assert now["replaced_by"] is None
    assert (await reissue(api, ada, old)).code == "certificate_replaced"
    assert (await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)).code == (
        "certificate_replaced"
    )
    assert (await get(api, sam, old))["replaced_by"] == new["number"]
    assert "Samuel Right" in await pdf(api, sam, new)
    assert "REPLACED" not in await pdf(api, sam, new)
    assert "REPLACED" in await pdf(api, sam, old)
    assert (await generate(api, old["enrollment_id"], sam))["id"] == new["id"]
    learn = (await api.get(f"/courses/{old['course']['id']}/learn", as_=sam)).data
    assert learn["certificate"]["number"] == new["number"]
    mine = (await api.get("/certificates/my-certificates?include_total=true", as_=sam)).data
    assert [one["id"] for one in mine] == [new["id"], old["id"]]
    assert (await verify(api, bystander))["status"] == "valid"
    page = (await api.get(f"/verify/{old['number']}", root=True)).body.decode()
    assert "was replaced" in page
    assert f'href="/verify/{new["number"]}"' in page
    assert sam.full_name not in page
    assert files(settings, old["id"]) == [f"{old['id']}-replaced.pdf"]


async def test_what_is_given_stands_and_what_is_not_is_as_it_is_now(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam, title="Beekeping")
    await api.patch(f"/courses/{old['course']['id']}", {"title": "Beekeeping"}, as_=tara)
    new = (await reissue(api, ada, old, student_name="Dr Sam", course_title="Bees, for all")).data
    assert (new["student_name"], new["course"]["title"]) == ("Dr Sam", "Bees, for all")
    await work(settings, db)
    last = (await reissue(api, ada, new)).data
    assert (last["student_name"], last["course"]["title"]) == (sam.full_name, "Beekeeping")
    for wrong in (
        {"student_name": ""},
        {"student_name": "x" * 201},
        {"student_name": "Claim at http://evil.example"},
        {"course_title": "Bees \u202e seeB"},
        {"course_title": None},
        {"reason": ""},
        {"number": "1"},
    ):
        assert (await reissue(api, ada, new, **wrong)).status == 422, wrong


async def test_the_number_that_stands_is_the_latest_of_the_chain(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    chain = [await issued(api, settings, db, tara, sam, certificate={"valid_days": 5})]
    for n in range(3):
        chain.append((await reissue(api, ada, chain[-1], student_name=f"Sam {n}")).data)
        await work(settings, db)
    for old in chain[:-1]:
        told = await verify(api, old)
        assert (told["status"], told["replaced_by"]) == ("replaced", chain[-1]["number"])
        assert (await get(api, sam, old))["replaced_by"] == chain[-1]["number"]
    assert len({one["expires_at"] for one in chain}) == 1  # counted from the first issue
    await api.post(f"/certificates/{chain[-1]['id']}/revoke", REASON, as_=ada)
    assert (await verify(api, chain[0]))["replaced_by"] == chain[-1]["number"]


async def test_a_revoked_certificate_is_reissued_and_keeps_its_revocation(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam)
    revoked = (await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)).data
    body = {"enrollment_id": old["enrollment_id"]}
    refused = await api.post("/certificates/generate", body, as_=sam)
    assert (refused.status, refused.code) == (409, "certificate_revoked")
    reply = await reissue(api, ada, old)
    assert reply.status == 201
    assert (await verify(api, old))["status"] == "revoked"
    making = await api.post("/certificates/generate", body, as_=sam)
    assert (making.status, making.data["id"]) == (202, reply.data["id"])
    await work(settings, db)
    told = await verify(api, old)
    assert (told["status"], told["revoked_at"]) == ("replaced", revoked["revoked_at"])
    assert (await get(api, sam, old))["revoked_at"] == revoked["revoked_at"]
    assert "REVOKED" in await pdf(api, sam, old)
    assert (await verify(api, reply.data))["status"] == "valid"
    assert (await api.post("/certificates/generate", body, as_=sam)).status == 200


async def test_only_admins_reissue(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam)
    for person in (tara, sam, olly):
        assert (await reissue(api, person, old)).status == 403
    nobody = {"id": "00000000-0000-7000-8000-000000000000"}
    assert (await reissue(api, ada, nobody)).status == 404
    assert (await generate(api, old["enrollment_id"], sam))["id"] == old["id"]


async def test_a_reissue_is_told_in_the_log_and_audited(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam)
    new = (await reissue(api, ada, old)).data
    await settle(api)
    types = "types=certificate.issued,certificate.replaced,certificate.revoked"
    assert len((await api.get(f"/events?{types}", as_=tara)).data) == 1  # nothing is issued yet
    await work(settings, db)
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
    old = await issued(api, settings, db, tara, sam)
    replies = await asyncio.gather(*(reissue(api, ada, old) for _ in range(50)))
    assert sorted({reply.status for reply in replies}) == [201, 409]
    [won] = [reply.data for reply in replies if reply.status == 201]
    assert {reply.code for reply in replies if reply.status == 409} == {"certificate_replaced"}
    await asyncio.gather(work(settings, db), *(reissue(api, ada, old) for _ in range(9)))
    await work(settings, db)
    mine = (await api.get("/certificates/my-certificates", as_=sam)).data
    assert [(one["id"], one["status"]) for one in mine] == [
        (won["id"], "issued"), (old["id"], "replaced"),
    ]  # fmt: skip


async def test_reissues_and_revocations_at_once_leave_one_certificate_that_stands(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam)

    async def revoke() -> Any:
        return await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)

    replies = await asyncio.gather(
        *((reissue(api, ada, old) if n % 2 else revoke()) for n in range(50)), work(settings, db)
    )
    assert {reply.status for reply in replies[:50]} <= {200, 201, 409}
    assert sum(reply.status == 201 for reply in replies[:50]) == 1
    await work(settings, db)
    mine = (await api.get("/certificates/my-certificates", as_=sam)).data
    # A revocation that came after the reissue, and before the worker, took both.
    assert [one["status"] for one in mine] in (["issued", "replaced"], ["revoked", "revoked"])
    was_revoked = any(reply.status == 200 for reply in replies[:50])
    assert (mine[1]["revoked_at"] is not None) == was_revoked


@pytest.mark.parametrize("revoked_before", [False, True])
async def test_revoking_takes_what_is_being_made_with_it(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person,
    revoked_before: bool,
) -> None:  # fmt: skip
    old = await issued(api, settings, db, tara, sam)
    other = await issued(api, settings, db, tara, olly)
    bystander = (await reissue(api, ada, other)).data
    if revoked_before:
        await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)
    new = (await reissue(api, ada, old)).data
    revoked = await api.post(f"/certificates/{old['id']}/revoke", REASON, as_=ada)
    assert (revoked.status, revoked.data["status"]) == (200, "revoked")
    assert (await get(api, sam, new))["status"] == "revoked"
    counted = (await api.get("/analytics/system", as_=ada)).data["certificates"]
    assert counted == {"issued": 1, "revoked": 1}  # Olly's, and the one that was ever issued
    await work(settings, db)
    for one in (old, new):
        assert (await get(api, sam, one))["status"] == "revoked"
        assert (await verify(api, one))["status"] == "revoked"
        assert "REVOKED" in await pdf(api, sam, one)
        assert files(settings, one["id"]) == [f"{one['id']}-revoked.pdf"]
    assert (await verify(api, bystander))["status"] == "valid"
    body = {"enrollment_id": old["enrollment_id"]}
    refused = await api.post("/certificates/generate", body, as_=sam)
    assert (refused.status, refused.code) == (409, "certificate_revoked")
    # It is put right from the latest.
    last = await reissue(api, ada, new)
    assert last.status == 201
    await work(settings, db)
    assert (await verify(api, last.data))["status"] == "valid"
    for one in (old, new):
        assert (await verify(api, one))["replaced_by"] == last.data["number"]


async def test_a_revocation_and_the_worker_at_once_end_in_one_story(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam)
    for n in range(6):
        new = (await reissue(api, ada, old)).data

        async def revoke(certificate: Any = old, after: float = n * 0.03) -> Any:
            await asyncio.sleep(after)
            return await api.post(f"/certificates/{certificate['id']}/revoke", REASON, as_=ada)

        reply, _ = await asyncio.gather(revoke(), work(settings, db))
        await work(settings, db)
        told = [(await get(api, sam, one))["status"] for one in (old, new)]
        if reply.status == 200:
            assert told == ["revoked", "revoked"]
            assert "REVOKED" in await pdf(api, sam, new)
        else:
            assert (reply.code, told) == ("certificate_replaced", ["replaced", "issued"])
        old = new


async def test_the_student_alone_makes_the_pdf_public(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, olly: Person, ada: Person
) -> None:
    old = await issued(api, settings, db, tara, sam)
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
    assert sam.full_name in text(read.body)
    assert (await api.get(f"{path}/download")).status == 401  # by its number alone
    await api.patch(path, {"is_public": False}, as_=sam)
    assert not await links()
    assert (await api.get(file, root=True)).status == 404
    # What does not stand is not shown, and the one in its place is the student's to show.
    await api.patch(path, {"is_public": True}, as_=sam)
    new = (await reissue(api, ada, old)).data
    await work(settings, db)
    assert not await links()
    assert (await api.get(file, root=True)).status == 404
    assert (await get(api, sam, new))["is_public"] is False
    late = await api.patch(path, {"is_public": True}, as_=sam)
    assert (late.status, late.code) == (409, "certificate_replaced")
    await api.patch(f"/certificates/{new['id']}", {"is_public": True}, as_=sam)
    await api.post(f"/certificates/{new['id']}/revoke", REASON, as_=ada)
    await work(settings, db)
    file = f"/verify/{new['number']}/certificate.pdf"
    assert (await api.get(file, root=True)).status == 404
    for unknown in ("x", "%00", "0000-0000-0000-0000-0001"):
        assert (await api.get(f"/verify/{unknown}/certificate.pdf", root=True)).status == 404


async def test_verifying_and_learning_cost_what_they_did(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person, ada: Person,
    queries: QueryCount,
) -> None:  # fmt: skip
    old = await issued(api, settings, db, tara, sam)
    await reissue(api, ada, old)
    await work(settings, db)
    async with queries.expect(1):
        await verify(api, old)
    async with queries.expect(1):
        assert len((await api.get("/certificates/my-certificates", as_=sam)).data) == 2
