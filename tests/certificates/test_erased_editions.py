"""What becomes of the editions of a certificate when their student is erased."""

from dataclasses import replace
from typing import Any

from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.certificates.tasks import render_certificate_pdf
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.settings import Settings
from tests.api import Api
from tests.certificates.reissuing import (
    TASKS,
    files,
    issued,
    reissue,
    verify,
    work,
)
from tests.factories import enroll, make_open_course
from tests.people import PASSWORD, Cast, Person
from tests.webhooks.conftest import context


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
    old = await issued(api, settings, db, tara, sam)
    await issued(api, settings, db, tara, olly)
    new = (await reissue(api, ada, old, student_name="Samantha Panza")).data
    await work(settings, db)
    await api.patch(f"/certificates/{new['id']}", {"is_public": True}, as_=sam)
    pending = (await reissue(api, ada, new, student_name="Samantha Dulcinea")).data
    await api.request("DELETE", "/users/me", json={"password": PASSWORD}, as_=sam)
    await work(settings, db)  # issued after the erasure: the one before it loses its name, too
    assert await _names(db) == [
        ("replaced", "Erased user"),
        ("issued", olly.full_name),
        ("replaced", "Erased user"),
        ("issued", "Samantha Dulcinea"),
    ]
    told = await verify(api, pending)
    assert (told["status"], told["student_name"]) == ("valid", "Samantha Dulcinea")
    for gone in (old, new):
        assert not files(settings, gone["id"])
        assert (await verify(api, gone))["replaced_by"] == pending["number"]
    refused = await reissue(api, ada, pending)
    assert (refused.status, refused.code) == (409, "student_erased")


async def test_where_certificates_are_not_kept_no_edition_names_the_person(
    api: Api, db: Pool, settings: Settings, cast: Cast
) -> None:
    tara = await cast.person("Tara Other", role="instructor")
    ada = await cast.person("Ada Other", role="admin")
    sam = await cast.person("Samantha Quixote")
    old = await issued(api, settings, db, tara, sam)
    new = (await reissue(api, ada, old, student_name="Samantha Panza")).data
    await work(settings, db)

    strict = create_app(replace(settings, erasure_keeps_certificates=False))
    body = {"password": PASSWORD}
    async with TestServer(strict) as server, Api(server) as other:
        reply = await other.request("DELETE", "/users/me", json=body, as_=sam)
        assert reply.status == 204
    await work(settings, db)
    assert await _names(db) == [("replaced", "Erased user"), ("revoked", "Erased user")]
    for gone in (old, new):
        assert not files(settings, gone["id"])


async def test_a_name_that_is_erased_while_it_is_drawn_leaves_no_document(
    api: Api, db: Pool, settings: Settings, tara: Person, sam: Person
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=1)
    place = await enroll(api, sam, course)
    await api.post(f"/enrollments/{place['id']}/lessons/{lessons[0]['id']}/complete", as_=sam)
    [job] = await claim(db, "certificates", dict.fromkeys(TASKS, 9), room=9, lease_seconds=60)
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
    assert not files(settings, job.args["certificate_id"])
