"""A person's own data, as a ZIP."""

import io
import json
import zipfile
from typing import Any

from lms.core.db.pool import Pool
from tests.api import Api
from tests.factories import enroll, fill, make_open_course
from tests.people import Person
from tests.privacy.tables import TABLES


def _files(body: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


async def test_an_export_holds_only_the_persons_own_data(
    api: Api, tara: Person, sam: Person, olly: Person
) -> None:
    course, lessons = await make_open_course(api, tara)
    for student in (sam, olly):
        place = await enroll(api, student, course)
        await api.post(
            f"/enrollments/{place['id']}/lessons/{lessons[0]['id']}/complete", as_=student
        )
    reply = await api.get("/users/me/export", as_=sam)
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/zip"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    files = _files(reply.body)
    assert [row["email"] for row in files["users.json"]] == [sam.email]
    assert [row["course_title"] for row in files["enrollments.json"]] == ["A course"]
    done = [row for row in files["lesson_progress.json"] if row["completed_at"]]
    assert [row["lesson_title"] for row in done] == ["Lesson 1"]
    assert [row["ip"] for row in files["sessions.json"]] == ["127.0.0.1"]
    assert files["courses.json"] == []
    assert "user.exported" in [row["action"] for row in files["audit_log.json"]]
    everything = json.dumps(files)
    for other in (olly, tara):
        assert other.email not in everything
        assert str(other.id) not in everything


async def test_an_export_has_a_file_for_every_exported_table(api: Api, sam: Person) -> None:
    files = _files((await api.get("/users/me/export", as_=sam)).body)
    declared = {f"{table.name}.json" for table in TABLES if table.export is not None}
    assert set(files) <= declared
    assert len(files) >= 15


async def test_an_export_has_no_hash_secret_or_answer_key(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    files = _files((await api.get("/users/me/export", as_=sam)).body)
    async with db.acquire() as connection:
        stored = await connection.fetchval("select password_hash from users where id = $1", sam.id)
    text = json.dumps(files)
    for secret in (stored, sam.token, sam.refresh_token):
        assert secret not in text
    assert "refresh_hash" not in text
    assert "password_hash" not in text


async def test_an_export_is_304_until_something_changes(api: Api, sam: Person) -> None:
    first = await api.get("/users/me/export", as_=sam)
    headers = {"If-None-Match": first.etag}
    assert (await api.get("/users/me/export", as_=sam, headers=headers)).status == 304
    await api.patch("/users/me", {"bio": "I changed."}, as_=sam)
    assert (await api.get("/users/me/export", as_=sam, headers=headers)).status == 200


async def test_a_large_export_is_complete(api: Api, sam: Person, db: Pool) -> None:
    await fill(
        db,
        "insert into audit_log (actor_id, action, data) "
        "select $1, 'test.filled', jsonb_build_object('n', n) from generate_series(1, 12000) n",
        sam.id,
    )
    files = _files((await api.get("/users/me/export", as_=sam)).body)
    filled = [row["data"]["n"] for row in files["audit_log.json"] if "n" in row["data"]]
    assert sorted(filled) == list(range(1, 12001))


async def test_an_export_is_audited(api: Api, sam: Person, db: Pool) -> None:
    await api.get("/users/me/export", as_=sam)
    async with db.acquire() as connection:
        rows = await connection.fetch("select actor_id, subject_id, action from audit_log")
    assert [tuple(row) for row in rows] == [(sam.id, sam.id, "user.exported")]
