"""An account is erased: nothing in the database leads to the person any more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from lms.app import create_app
from lms.core.db.pool import Pool
from lms.core.storage import STORAGE
from lms.files.tasks import delete_erased_files, delete_objects
from lms.settings import Settings
from tests.api import Api
from tests.factories import enroll, make_course, make_open_course
from tests.files.forms import upload
from tests.files.samples import PDF, image
from tests.people import PASSWORD, Cast, Person


async def _erase(api: Api, person: Person, password: str = PASSWORD, **options: Any) -> Any:
    return await api.request(
        "DELETE", "/users/me", json={"password": password}, as_=person, **options
    )


async def _everywhere(db: Pool, needle: str) -> set[str]:
    """The tables in which a text occurs, in whatever column."""
    async with db.acquire() as connection:
        names = await connection.fetch(
            "select oid::regclass::text from pg_class where relkind = 'r' "
            "and relnamespace in ('public'::regnamespace, 'figures'::regnamespace)"
        )
        return {
            name
            for (name,) in names
            if await connection.fetchval(
                f"select exists (select from {name} t where t::text ilike $1)", f"%{needle}%"
            )
        }


async def test_no_table_names_the_person_after_erasure(
    api: Api, tara: Person, cast: Cast, db: Pool
) -> None:
    sam = await cast.person("Samantha Quixote")
    course, lessons = await make_open_course(api, tara, lessons=1)
    place = await enroll(api, sam, course)
    key = {"Idempotency-Key": "one"}
    path = f"/enrollments/{place['id']}/lessons/{lessons[0]['id']}/complete"
    await api.post(path, as_=sam, headers=key)
    await api.put(
        f"/courses/{course['id']}/reviews", {"rating": 4, "text": "Quixote was here"}, as_=sam
    )
    await api.patch("/users/me", {"bio": "Quixote's life", "metadata": {"q": "x"}}, as_=sam)
    await api.post(
        "/users/me/email", {"new_email": "quixote@example.com", "password": PASSWORD}, as_=sam
    )
    assert {"users", "reviews", "certificates", "jobs"} <= (
        await _everywhere(db, "quixote") | await _everywhere(db, sam.email)
    )
    assert (await _erase(api, sam)).status == 204
    # The certificate is kept with its name, and the last mail has an address to go to.
    assert await _everywhere(db, "quixote") <= {"certificates", "jobs"}
    assert await _everywhere(db, sam.email) == {"jobs"}
    async with db.acquire() as connection:
        mails = await connection.fetch(
            "select args ->> 'template' from jobs where args ->> 'to_address' = $1", sam.email
        )
        assert [template for (template,) in mails] == ["account_erased"]
    reviews = (await api.get(f"/courses/{course['id']}/reviews")).data
    assert [review["text"] for review in reviews] == [""]
    assert (await api.get(f"/courses/{course['id']}")).data["average_rating"] == 4


async def test_no_job_keeps_an_address_that_an_erased_person_had_or_asked_for(
    api: Api, sam: Person, olly: Person, db: Pool
) -> None:
    async with db.acquire() as connection:
        # As a process of the release before promises it: without whom the mail is about.
        await api.post(
            "/users/me/email", {"new_email": "older@example.org", "password": PASSWORD}, as_=sam
        )
        await connection.execute("update jobs set args = args #- '{context,user_id}'")
        for person, new in ((sam, "wished@example.org"), (olly, "wished@example.org")):
            body = {"new_email": new, "password": PASSWORD}
            assert (await api.post("/users/me/email", body, as_=person)).status == 202
        await connection.execute(
            "insert into jobs (queue, kind, args) values ('emails', 'send_email', $1)",
            {
                "template": "email_changed",
                "to_address": "former@example.org",
                "to_user_id": None,
                "context": {"user_id": str(sam.id)},
            },
        )
        assert (await _erase(api, sam)).status == 204
        left = await connection.fetch(
            "select args ->> 'to_address', args -> 'context' ->> 'user_id' from jobs "
            "where args ->> 'template' in ('confirm_new_email', 'email_changed')"
        )
    assert [tuple(row) for row in left] == [("wished@example.org", str(olly.id))]


async def test_erasure_ends_all_sessions_and_sign_ins(api: Api, sam: Person, olly: Person) -> None:
    assert (await _erase(api, sam)).status == 204
    async with asyncio.timeout(5):
        while (await api.get("/users/me", as_=sam)).status != 401:
            await asyncio.sleep(0.05)
    login = {"email": sam.email, "password": PASSWORD}
    assert (await api.post("/auth/login", login)).code == "invalid_credentials"
    refreshed = await api.post("/auth/refresh", {"refresh_token": sam.refresh_token})
    assert refreshed.status == 401
    assert (await api.get("/users/me", as_=olly)).data["full_name"] == olly.full_name
    new = {"email": sam.email, "password": "another-good-one-9", "full_name": "Sam again"}
    assert (await api.post("/auth/register", new)).status == 201


async def test_erasure_frees_only_the_persons_own_seats(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    await enroll(api, sam, course)
    place = await enroll(api, olly, course)
    assert (await _erase(api, sam)).status == 204
    assert (await api.get(f"/courses/{course['id']}")).data["enrollment_count"] == 1
    kept = await api.get(f"/enrollments/{place['id']}", as_=olly)
    assert kept.data["status"] == "active"


async def test_a_wrong_password_erases_nothing(api: Api, sam: Person) -> None:
    reply = await _erase(api, sam, "not-my-password")
    assert (reply.status, reply.code) == (403, "password_incorrect")
    assert (await _erase(api, sam, headers={"If-Match": '"1-stale"'})).status == 412
    assert (await api.request("DELETE", "/users/me", json={}, as_=sam)).pointers == ["/password"]
    assert (await api.get("/users/me", as_=sam)).data["email"] == sam.email


async def test_the_last_admin_stays(api: Api, ada: Person, cast: Cast) -> None:
    assert (await _erase(api, ada)).code == "last_admin"
    second = await cast.person("Bea Admin", role="admin")
    replies = await asyncio.gather(_erase(api, ada), _erase(api, second))
    assert sorted(reply.status for reply in replies) == [204, 409]


async def test_an_erased_account_is_not_opened_again(api: Api, sam: Person, ada: Person) -> None:
    await _erase(api, sam)
    path = f"/users/{sam.id}"
    shown = (await api.get(path, as_=ada)).data
    assert (shown["full_name"], shown["is_active"]) == ("Erased user", False)
    assert sam.email not in str(shown)
    reply = await api.patch(path, {"is_active": True}, as_=ada)
    assert (reply.status, reply.code) == (409, "account_erased")


async def test_erasure_is_audited_and_confirmed_by_mail(api: Api, sam: Person, db: Pool) -> None:
    await _erase(api, sam)
    async with db.acquire() as connection:
        actions = await connection.fetch(
            "select action from audit_log where subject_id = $1", sam.id
        )
    assert "user.erased" in [action for (action,) in actions]


async def test_erasure_deletes_all_files_but_those_that_a_course_shows(
    api: Api, app: web.Application, tara: Person, theo: Person, db: Pool, settings: Settings
) -> None:
    avatar = await upload(api, tara, image(), "face.png")
    private = await upload(api, tara, b"My diary.\n", "diary.txt")
    shown = await upload(api, tara, PDF, "handout.pdf")
    theirs = await upload(api, theo, b"Not hers.\n", "theirs.txt")
    await api.patch("/users/me", {"avatar_file_id": avatar["id"]}, as_=tara)
    course = await make_course(api, tara)
    lesson = {"title": "Read", "content_type": "document", "file_id": shown["id"]}
    assert (await api.post(f"/courses/{course['id']}/lessons", lesson, as_=tara)).status == 201
    kept = {f"files/{one['id']}" for one in (shown, theirs)}
    storage = app[STORAGE]
    gone = {f"files/{one['id']}" for one in (avatar, private)}
    assert gone | kept <= {stored.key async for stored in storage.list("files/")}
    assert (await _erase(api, tara)).status == 204

    worker: Any = SimpleNamespace(settings=settings, db=db, storage=storage)
    for kind, task in (
        ("delete_erased_files", delete_erased_files),
        ("delete_erased_files", delete_erased_files),  # a task may run twice
        ("delete_objects", delete_objects),
    ):
        async with db.acquire() as connection:
            jobs = await connection.fetch("select args from jobs where kind = $1", kind)
        assert len(jobs) == (1 if kind == "delete_erased_files" else 2)
        for (args,) in jobs:
            job: Any = SimpleNamespace(args=args)
            await task(worker, job)
    there = {stored.key async for stored in storage.list("files/")}
    assert kept <= there
    assert not gone & there
    async with db.acquire() as connection:
        rows = await connection.fetch("select id::text from files")
    assert {row[0] for row in rows} == {shown["id"], theirs["id"]}


@pytest.fixture
async def strict_api(settings: Settings, db: Pool) -> AsyncIterator[Api]:
    """A site that keeps no certificates of erased people."""
    app: web.Application = create_app(replace(settings, erasure_keeps_certificates=False))
    async with TestServer(app) as server, Api(server) as client:
        yield client


@pytest.mark.parametrize("keeps", [True, False])
async def test_certificates_are_kept_as_the_site_has_set_it_up(
    api: Api, strict_api: Api, tara: Person, sam: Person, db: Pool, keeps: bool
) -> None:
    course, lessons = await make_open_course(api, tara, lessons=1)
    place = await enroll(api, sam, course)
    await api.post(f"/enrollments/{place['id']}/lessons/{lessons[0]['id']}/complete", as_=sam)
    async with db.acquire() as connection:
        certificate: UUID = await connection.fetchval(
            "update certificates set status = 'issued', issued_at = now(), storage_key = 'a/b.pdf' "
            "where student_id = $1 returning id",
            sam.id,
        )
        assert (await _erase(api if keeps else strict_api, sam)).status == 204
        row = await connection.fetchrow(
            "select status, student_name, storage_key from certificates where id = $1", certificate
        )
        deletions = await connection.fetch(
            "select args from jobs where kind = 'delete_erased_documents'"
        )
    if keeps:
        assert tuple(row) == ("issued", sam.full_name, "a/b.pdf")
        assert deletions == []
    else:
        assert tuple(row) == ("revoked", "Erased user", None)
        assert [record["args"]["keys"] for record in deletions] == [["a/b.pdf"]]
