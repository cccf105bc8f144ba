"""Pictures in questions: who sees them when, and how long they stay."""

import asyncio
from typing import Any
from uuid import UUID

from lms.attempts import queries as attempt_queries
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from tests.api import Api
from tests.attempts.casts import TRUE_FALSE, make_quiz, make_taken, start
from tests.conftest import QueryCount
from tests.factories import enroll, make_open_course
from tests.files.conftest import Stored
from tests.files.forms import upload
from tests.files.samples import image
from tests.people import Person
from tests.quizzes.moodle import (
    CHOICE,
    files_of,
    picture,
    quiz_of,
    reads,
    take_in,
)
from tests.running import eventually


async def test_a_picture_is_visible_to_those_who_see_its_text(
    api: Api,
    tara: Person,
    theo: Person,
    sam: Person,
    olly: Person,
    ada: Person,
    draft: Any,
    stored: Stored,
) -> None:
    (result,) = (await take_in(api, tara, draft, quiz_of(CHOICE))).data["results"]
    assert result["errors"] == []
    question = (await api.get(f"/questions/{result['question_id']}", as_=tara)).data
    (in_text,), (why,) = files_of(question["text"]), files_of(question["explanation"])
    in_option, explained = files_of(question["options"])
    assert await stored.rows() == sorted([in_text, why, in_option, explained])
    file = (await api.get(f"/files/{in_text}", as_=tara)).data
    assert (file["filename"], file["content_type"], file["is_public"], file["uploader_id"]) == (
        "in text.png", "image/png", False, str(tara.id),
    )  # fmt: skip
    assert file["url"] in question["text"]
    assert (await api.get(f"/files/{in_text}/download", as_=tara)).body == picture(1)
    assert (await api.get(f"/files/{in_text}/thumbnail", as_=tara)).status == 200

    course = {"id": draft["course_id"]}
    await api.post(f"/quizzes/{draft['id']}/publish", as_=tara)
    for person in (sam, olly):
        await enroll(api, person, course)

    async def seen_by(person: Person | None) -> list[bool]:
        return [await reads(api, person, one) for one in (in_text, in_option, why, explained)]

    for person in (None, sam, olly, theo):
        assert await seen_by(person) == [False] * 4
    first = await start(api, sam, draft)
    assert files_of(first["questions"]) == [in_text, in_option]
    assert await seen_by(sam) == [True, True, False, False]
    for person in (None, olly, theo):
        assert await seen_by(person) == [False] * 4
    assert await seen_by(ada) == [True] * 4
    await api.post(f"/attempts/{first['id']}/submit", as_=sam)
    assert await seen_by(sam) == [False] * 4  # only the score may be seen now

    # The question changes and goes; who was asked it keeps it.
    second = await start(api, sam, draft)
    await api.post(f"/quizzes/{draft['id']}/questions", TRUE_FALSE, as_=tara)
    path = f"/questions/{question['id']}"
    assert (await api.patch(path, {"text": "No picture"}, as_=tara)).status == 200
    assert await seen_by(sam) == [True, True, False, False]
    assert (await api.delete(path, as_=tara)).status == 204
    assert await seen_by(sam) == [True, True, False, False]
    assert (await api.delete(f"/files/{in_text}", as_=tara)).code == "file_in_use"
    await api.post(f"/attempts/{second['id']}/submit", as_=sam)
    assert await seen_by(sam) == [True] * 4  # out of attempts
    assert await seen_by(olly) == [False] * 4


async def test_a_picture_is_attached_only_by_people_who_may_read_it(
    api: Api, tara: Person, theo: Person, sam: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    mine = await upload(api, tara, image(), "mine.png")
    theirs = await upload(api, theo, image(), "theirs.png")
    text = f"![]({mine['url']}) ![]({theirs['url']})"
    quiz, (question,) = await make_quiz(api, tara, course, {**TRUE_FALSE, "text": text})
    await enroll(api, sam, course)
    await start(api, sam, quiz)
    assert await reads(api, sam, mine["id"])
    for person in (sam, tara):
        assert not await reads(api, person, theirs["id"])
    # An admin may attach what is another's; from then on it stays attached.
    path = f"/questions/{question['id']}"
    await api.patch(path, {"text": text + " now"}, as_=ada)
    assert await reads(api, tara, theirs["id"])
    await api.patch(path, {"text": text + " then"}, as_=tara)
    assert await reads(api, tara, theirs["id"])


async def test_a_question_that_was_never_asked_releases_its_files(
    api: Api, tara: Person, sam: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    files = [await upload(api, tara, image(), f"{n}.png") for n in range(3)]
    texts = [f"![]({file['url']})" for file in files]
    quiz, questions = await make_quiz(
        api, tara, course, *({**TRUE_FALSE, "text": text} for text in texts), publish=False
    )
    for file in files:
        assert (await api.delete(f"/files/{file['id']}", as_=tara)).code == "file_in_use"
    await api.patch(f"/questions/{questions[0]['id']}", {"text": texts[1]}, as_=tara)
    assert (await api.delete(f"/files/{files[0]['id']}", as_=tara)).status == 204
    await api.delete(f"/questions/{questions[1]['id']}", as_=tara)
    assert (await api.delete(f"/files/{files[1]['id']}", as_=tara)).code == "file_in_use"
    await api.delete(f"/quizzes/{quiz['id']}", as_=tara)
    for file in files[1:]:
        assert (await api.delete(f"/files/{file['id']}", as_=tara)).status == 204


async def test_a_copied_course_shows_its_pictures(
    api: Api, tara: Person, theo: Person, ada: Person
) -> None:
    course, _ = await make_open_course(api, tara)
    file = await upload(api, ada, image(), "by-ada.png")
    quiz, (question,) = await make_quiz(api, tara, course, TRUE_FALSE, publish=False)
    await api.patch(f"/questions/{question['id']}", {"text": f"![]({file['url']})"}, as_=ada)
    await api.post(f"/courses/{course['id']}/duplicate", as_=tara)
    await api.delete(f"/quizzes/{quiz['id']}", as_=tara)
    assert (await api.delete(f"/files/{file['id']}", as_=ada)).code == "file_in_use"
    assert await reads(api, tara, file["id"])
    assert not await reads(api, theo, file["id"])


async def test_an_attempt_keeps_a_picture_removed_while_it_starts(
    api: Api, tara: Person, sam: Person, db: Pool
) -> None:
    file = await upload(api, tara, image(), "x.png")
    _, quiz, _ = await make_taken(api, tara, sam, {**TRUE_FALSE, "text": f"![]({file['url']})"})
    (question,) = (await api.get(f"/quizzes/{quiz['id']}/questions", as_=tara)).data
    path = f"/questions/{question['id']}"
    async with begin(db) as connection:  # a start that has come as far as its first lock
        await attempt_queries.lock_enrollment(connection, UUID(quiz["id"]), sam.id)
        change = asyncio.create_task(api.patch(path, {"text": "None"}, as_=tara))

        async def waits() -> bool:
            async with db.acquire() as other:
                return bool(
                    await other.fetchval(
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
                        "and query like '-- quizzes/lock_quiz%' "
                        "and datname = current_database()"
                    )
                )

        await eventually(waits)
        assert not change.done()
    assert (await change).status == 200


async def test_reading_a_picture_always_takes_one_query(
    api: Api, tara: Person, sam: Person, queries: QueryCount
) -> None:
    file = await upload(api, tara, image(), "x.png")
    _, quiz, _ = await make_taken(api, tara, sam, {**TRUE_FALSE, "text": f"![]({file['url']})"})
    for _ in range(3):
        attempt = await start(api, sam, quiz)
        await api.post(f"/attempts/{attempt['id']}/submit", as_=sam)
    await api.get(f"/files/{file['id']}", as_=sam)
    async with queries.expect(1):
        assert (await api.get(f"/files/{file['id']}/download", as_=sam)).body == image()
