"""Who may read a file, who may change it, and that everyone else finds nothing."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from lms.core.db.pool import Pool
from tests.api import Api, Response
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.files.conftest import Stored
from tests.files.forms import upload
from tests.files.samples import PDF, image, photo
from tests.people import Cast, Person

Reads = Callable[..., Coroutine[Any, Any, None]]


@pytest.fixture
def check(api: Api) -> Reads:
    """Holds who reads a file, and who finds nothing, against what is said."""

    async def missing(path: str, person: Person | None, method: str) -> Any:
        reply = await api.request(
            method, path.format("00000000-0000-7000-8000-000000000000"), as_=person
        )
        return {**reply.json, "request_id": ""}

    async def ask(
        file: Any,
        readers: list[Person | None],
        others: list[Person | None],
        viewers: Sequence[Person | None] = (),
    ) -> None:
        """`viewers` see the picture, and learn nothing of the file."""
        for person in readers:
            assert (await api.get(f"/files/{file['id']}", as_=person)).status == 200, person
            reply = await api.get(f"/files/{file['id']}/download", as_=person)
            assert reply.status == 200, person
            link = await api.post(f"/files/{file['id']}/link", as_=person)
            assert link.status == 200, person
        for person in viewers:
            path = f"/files/{file['id']}"
            for method, body in (("GET", None), ("PATCH", {"is_public": True}), ("DELETE", None)):
                if method == "GET" or person is not None:
                    reply = await api.request(method, path, json=body, as_=person)
                    assert reply.status == 404, (person, method)
            shown = await api.get(f"{path}/download", as_=person)
            assert shown.headers["Content-Type"] == "image/webp"
            assert shown.headers["Content-Disposition"] in (
                'inline; filename="avatar.webp"',
                'inline; filename="thumbnail.webp"',
            )
            assert (await api.post(f"{path}/link", as_=person)).status == 200, person
            if person is not None:
                listed = (await api.get("/files", as_=person)).data
                assert file["id"] not in [one["id"] for one in listed]
        for person in others:
            for method, path in (
                ("GET", "/files/{}"),
                ("GET", "/files/{}/download"),
                ("GET", "/files/{}/thumbnail"),
                ("GET", "/files/{}/avatar"),
                ("POST", "/files/{}/link"),
            ):
                reply = await api.request(method, path.format(file["id"]), as_=person)
                assert reply.status == 404, (person, path)
                assert {**reply.json, "request_id": ""} == await missing(path, person, method)

    return ask


async def test_a_file_is_readable_by_its_uploader_and_admins(
    api: Api, check: Reads, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    file = await upload(api, tara)
    await check(file, [tara, ada], [None, sam, theo])
    await api.patch(f"/files/{file['id']}", {"is_public": True}, as_=tara)
    await check(file, [tara, ada, None, sam, theo], [])
    await api.patch(f"/files/{file['id']}", {"is_public": False}, as_=ada)
    await check(file, [tara, ada], [None, sam, theo])


async def test_a_lessons_file_is_readable_by_its_readers(
    api: Api, check: Reads, tara: Person, theo: Person, sam: Person, olly: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    other, _ = await make_open_course(api, theo)
    await enroll(api, olly, other)  # somewhere else
    file = await upload(api, ada, PDF, "by-ada.pdf")
    lesson = await make_lesson(api, ada, course, content_type="document", file_id=file["id"])
    assert lesson["file_url"].endswith(f"/api/v1/files/{file['id']}/download")
    await check(file, [ada, tara], [None, sam, olly, theo])
    enrollment = await enroll(api, sam, course)
    await check(file, [ada, tara, sam], [None, olly, theo])
    shown = (await api.get(f"/lessons/{lesson['id']}", as_=sam)).data
    assert (shown["file_id"], shown["file_url"]) == (file["id"], lesson["file_url"])
    assert "file_url" not in (await api.get(f"/lessons/{lesson['id']}", as_=olly)).data
    await api.post(f"/courses/{course['id']}/unpublish", as_=tara)
    await check(file, [ada, tara, sam], [None, olly, theo])
    await api.delete(f"/enrollments/{enrollment['id']}", as_=sam)  # dropped
    await check(file, [ada, tara], [None, sam, olly, theo])
    await api.post(f"/courses/{course['id']}/publish", as_=tara)
    await api.patch(f"/lessons/{lesson['id']}", {"is_preview": True}, as_=tara)
    await check(file, [ada, tara, sam, olly, theo, None], [])
    await api.post(f"/courses/{course['id']}/unpublish", as_=tara)
    await check(file, [ada, tara], [None, sam, olly, theo])
    await api.delete(f"/lessons/{lesson['id']}", as_=tara)
    await check(file, [ada], [None, sam, olly, theo, tara])


async def test_a_thumbnail_is_sent_re_encoded_to_those_who_see_the_course(
    api: Api, check: Reads, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    file = await upload(api, ada, photo(), "photo.jpg")
    course = await make_course(api, tara)
    await api.patch(f"/courses/{course['id']}", {"thumbnail_file_id": file["id"]}, as_=ada)
    await check(file, [ada], [None, sam, theo], [tara])  # a draft
    await make_lesson(api, tara, course)
    course = (await api.post(f"/courses/{course['id']}/publish", as_=tara)).data
    assert course["thumbnail_url"].endswith(f"/api/v1/files/{file['id']}/thumbnail")
    assert course["thumbnail_url"].startswith("http")
    await check(file, [ada], [], [tara, None, sam, theo])
    path = urlsplit(course["thumbnail_url"]).path
    for person in (None, sam, tara):
        for address in (path, f"/api/v1/files/{file['id']}/download"):
            reply = await api.get(address, as_=person, root=True)
            assert reply.headers["Content-Type"] == "image/webp"
            assert b"HOME ADDRESS" not in reply.body
        assert (await api.get(f"/files/{file['id']}/avatar", as_=person)).status == 404
    link = (await api.post(f"/files/{file['id']}/link", as_=sam)).data["url"]
    parts = urlsplit(link)
    reply = await api.get(f"{parts.path}?{parts.query}", root=True)
    assert b"HOME ADDRESS" not in reply.body
    listed = (await api.get("/courses")).data
    assert [c["thumbnail_url"] for c in listed] == [course["thumbnail_url"]]
    enrollment = await enroll(api, sam, course)
    assert enrollment["course"]["thumbnail_url"] == course["thumbnail_url"]
    # Gone from the course, gone for its readers.
    await api.patch(f"/courses/{course['id']}", {"thumbnail_file_id": None}, as_=tara)
    assert (await api.get(f"/courses/{course['id']}")).data["thumbnail_url"] is None
    await check(file, [ada], [None, sam, theo, tara])


async def test_an_avatar_is_sent_re_encoded_to_everyone(
    api: Api, check: Reads, sam: Person, olly: Person, db: Pool
) -> None:
    file = await upload(api, sam, photo(), "me.jpg")
    await check(file, [sam], [None, olly])
    me = (await api.patch("/users/me", {"avatar_file_id": file["id"]}, as_=sam)).data
    assert me["avatar_url"].endswith(f"/api/v1/files/{file['id']}/avatar")
    await check(file, [sam], [], [None, olly])
    reply = await api.get(f"/files/{file['id']}/avatar")
    assert b"HOME ADDRESS" not in reply.body
    assert (await api.get(f"/files/{file['id']}/thumbnail", as_=olly)).status == 404
    mine = await api.get(f"/files/{file['id']}/download", as_=sam)
    assert mine.body == photo()
    async with db.acquire() as connection:  # a disabled person's face is not shown
        await connection.execute("update users set is_active = false where id = $1", sam.id)
    await check(file, [], [None, olly])


async def test_a_certificate_logo_is_readable_by_the_course_owner(
    api: Api, check: Reads, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    file = await upload(api, ada, image(), "logo.png")
    course, _ = await make_open_course(api, tara)
    await enroll(api, sam, course)
    design = {"logo_file_id": file["id"], "title": "Well done"}
    reply = await api.patch(f"/courses/{course['id']}", {"certificate": design}, as_=ada)
    assert reply.data["certificate"]["logo_file_id"] == file["id"]
    await check(file, [ada, tara], [None, sam, theo])
    # The owner changes something else, and keeps what the admin attached.
    design["title"] = "Very well done"
    kept = await api.patch(f"/courses/{course['id']}", {"certificate": design}, as_=tara)
    assert kept.status == 200
    assert (await api.delete(f"/files/{file['id']}", as_=ada)).code == "file_in_use"
    await api.patch(f"/courses/{course['id']}", {"certificate": {}}, as_=tara)
    assert (await api.delete(f"/files/{file['id']}", as_=ada)).status == 204


async def _attach(
    api: Api, person: Person, course: Any, lesson: Any, file_id: str
) -> list[Response]:
    design = {"certificate": {"signature_file_id": file_id}}
    made = {"title": "A lesson", "content_type": "document", "file_id": file_id}
    return [
        await api.post(f"/courses/{course['id']}/lessons", made, as_=person),
        await api.patch(f"/lessons/{lesson['id']}", {"file_id": file_id}, as_=person),
        await api.post("/courses", {"title": "New", "thumbnail_file_id": file_id}, as_=person),
        await api.patch(f"/courses/{course['id']}", {"thumbnail_file_id": file_id}, as_=person),
        await api.patch(f"/courses/{course['id']}", design, as_=person),
        await api.patch("/users/me", {"avatar_file_id": file_id}, as_=person),
    ]


async def test_attaching_another_persons_file_looks_like_an_unknown_file(
    api: Api, tara: Person, theo: Person, ada: Person
) -> None:
    course = await make_course(api, tara)
    lesson = await make_lesson(api, tara, course)
    theirs = await upload(api, theo, image(), "theirs.png", is_public=True)
    unknown = "00000000-0000-7000-8000-000000000000"
    answers = []
    for file_id in (theirs["id"], unknown):
        replies = await _attach(api, tara, course, lesson, file_id)
        assert [reply.status for reply in replies] == [422] * 6
        answers.append([(reply.pointers, reply.json["errors"]) for reply in replies])
    assert answers[0] == answers[1]
    assert [pointers for pointers, _ in answers[0]] == [
        ["/file_id"], ["/file_id"], ["/thumbnail_file_id"], ["/thumbnail_file_id"],
        ["/certificate/signature_file_id"], ["/avatar_file_id"],
    ]  # fmt: skip
    replies = await _attach(api, ada, course, lesson, theirs["id"])
    assert [reply.status for reply in replies] == [201, 200, 201, 200, 200, 200]


async def test_only_images_are_pictures_and_only_videos_are_films(api: Api, tara: Person) -> None:
    notes = await upload(api, tara)
    course = await make_course(api, tara)
    lesson = await make_lesson(api, tara, course)
    replies = await _attach(api, tara, course, lesson, notes["id"])
    assert [reply.status for reply in replies] == [201, 200, 422, 422, 422, 422]
    assert replies[2].json["errors"][0]["code"] == "file_type_not_allowed"
    film = {"content_type": "video"}  # the lesson has the notes
    reply = await api.patch(f"/lessons/{lesson['id']}", film, as_=tara)
    assert (reply.status, reply.pointers) == (422, ["/file_id"])
    film = {"title": "A film", "content_type": "video", "file_id": notes["id"]}
    reply = await api.post(f"/courses/{course['id']}/lessons", film, as_=tara)
    assert (reply.status, reply.pointers) == (422, ["/file_id"])


async def test_a_file_in_use_stays(api: Api, tara: Person, ada: Person, stored: Stored) -> None:
    file = await upload(api, tara, image(), "x.png")
    course = await make_course(api, tara)
    lesson = await make_lesson(api, tara, course)
    attach = [
        (f"/courses/{course['id']}", "thumbnail_file_id"),
        (f"/lessons/{lesson['id']}", "file_id"),
        ("/users/me", "avatar_file_id"),
    ]
    for path, field in attach:
        assert (await api.patch(path, {field: file["id"]}, as_=tara)).status == 200
        for person in (tara, ada):
            reply = await api.delete(f"/files/{file['id']}", as_=person)
            assert (reply.status, reply.code) == (409, "file_in_use"), field
        assert (await api.patch(path, {field: None}, as_=tara)).status == 200
    await api.patch(f"/lessons/{lesson['id']}", {"file_id": file["id"]}, as_=tara)
    await api.delete(f"/lessons/{lesson['id']}", as_=tara)  # a removed lesson shows nothing
    assert (await api.delete(f"/files/{file['id']}", as_=tara)).status == 204
    assert (await api.get(f"/files/{file['id']}", as_=tara)).status == 404
    assert await stored.usage() == 0


async def test_others_may_not_change_or_delete_a_file(
    api: Api, tara: Person, sam: Person, ada: Person
) -> None:
    hidden = await upload(api, tara)
    public = await upload(api, tara, is_public=True)
    for file, status in ((hidden, 404), (public, 403)):
        path = f"/files/{file['id']}"
        assert (await api.patch(path, {"is_public": False}, as_=sam)).status == status
        assert (await api.delete(path, as_=sam)).status == status
        assert (await api.get(path, as_=tara)).status == 200


async def test_a_file_is_renamed_within_its_type(api: Api, tara: Person) -> None:
    file = await upload(api, tara, photo(), "a.jpg")
    path = f"/files/{file['id']}"
    old = (await api.get(path, as_=tara)).etag
    reply = await api.patch(path, {"filename": "b.JPEG"}, as_=tara, headers={"If-Match": old})
    assert reply.data["filename"] == "b.JPEG"
    stale = await api.patch(path, {"filename": "c.jpg"}, as_=tara, headers={"If-Match": old})
    assert stale.status == 412
    for name, code in (("b.pdf", "file_type_not_allowed"), ("../b.jpg", "invalid_filename")):
        assert (await api.patch(path, {"filename": name}, as_=tara)).code == code
    assert (await api.patch(path, {"filename": 1}, as_=tara)).status == 422
    assert (await api.patch(path, {"size": 1}, as_=tara)).pointers == ["/size"]


async def test_people_list_their_own_files_and_admins_all(
    api: Api, tara: Person, theo: Person, ada: Person
) -> None:
    mine = [await upload(api, tara, filename=f"notes_{n}.txt") for n in range(3)]
    picture = await upload(api, tara, image(), "100%.png")
    theirs = await upload(api, theo, is_public=True)

    async def ids(person: Person, query: str = "") -> list[str]:
        return [file["id"] for file in (await api.get(f"/files{query}", as_=person)).data]

    newest = [picture["id"], *(file["id"] for file in reversed(mine))]
    assert await ids(tara) == newest
    assert await ids(ada) == [theirs["id"], *newest]
    assert await ids(tara, "?type=image") == [picture["id"]]
    assert await ids(tara, "?type=image/png") == [picture["id"]]
    assert await ids(tara, "?type=image/gif") == []
    assert await ids(tara, "?q=NOTES_1") == [mine[1]["id"]]
    assert await ids(tara, "?q=0%25") == [picture["id"]]
    assert await ids(tara, "?q=_00") == []  # taken as it is
    assert await ids(tara, "?q=") == newest
    assert (await api.get("/files?type=strange", as_=tara)).pointers == ["?type"]
    first = await api.get("/files?limit=3&include_total=true", as_=tara)
    assert first.meta["total"] == 4
    rest = await ids(tara, f"?limit=3&include_total=true&cursor={first.meta['next_cursor']}")
    assert [file["id"] for file in first.data] + rest == newest


async def test_files_are_found_without_accents_and_with_any_apostrophe(
    api: Api, tara: Person, theo: Person
) -> None:
    resume = await upload(api, tara, filename="Résumé d’Été.txt")
    plain = await upload(api, tara, filename="Grosse Straße.txt")
    await upload(api, theo, filename="Résumé d’Été.txt")  # not hers
    for q, file in (("resume", resume), ("RÉSUMÉ D'ETE", resume), ("dete", resume),
                    ("e\u0301te", resume), ("grosse stras", plain), ("STRAßE", plain)):  # fmt: skip
        reply = await api.get(f"/files?q={quote(q)}&include_total=true", as_=tara)
        assert ([row["id"] for row in reply.data], reply.meta["total"]) == ([file["id"]], 1), q


async def test_a_file_costs_the_same_statements_whoever_reads_it(
    api: Api, cast: Cast, tara: Person, sam: Person, queries: Any
) -> None:
    course, _ = await make_open_course(api, tara)
    file = await upload(api, tara, PDF, "x.pdf")
    await make_lesson(api, tara, course, content_type="document", file_id=file["id"])
    await enroll(api, sam, course)
    for person in (tara, sam):
        await api.get(f"/files/{file['id']}/download", as_=person)
        async with queries.expect(1):
            await api.get(f"/files/{file['id']}/download", as_=person)
    async with queries.expect(1):
        await api.get("/files", as_=tara)
