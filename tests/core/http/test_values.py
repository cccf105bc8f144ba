"""What values mean is decided once: times, titles, names, zones, currencies, cursors, `Accept`."""

from typing import Any
from urllib.parse import quote

import pytest

from lms.auth.tokens import refresh_session_id
from lms.core.ids import new_id
from tests.api import Api
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.people import PASSWORD, Person

OUT_OF_RANGE = [
    "9999-12-31T23:59:59.9999999Z", "2200-01-01T00:00:00Z", "2199-12-31T23:59:59-00:01",
    "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00+00:01", "0001-01-01T00:00:00+14:00",
    "0000-06-01T00:00:00Z",
]  # fmt: skip
IN_RANGE = {
    "1970-01-01T00:00:00Z": "1970-01-01T00:00:00",
    "2199-12-31T23:59:59.99999999999999999999Z": "2199-12-31T23:59:59.999999",
    "2200-01-01T00:30:00+01:00": "2199-12-31T23:30:00",
}
TURNING = ["\u202a", "\u202e", "\u2066", "\u2069"]
CJK = "\U00020000"  # four bytes of UTF-8


async def make_quiz(api: Api, tara: Person, **fields: Any) -> Any:
    course, _ = await make_open_course(api, tara)
    body = {"course_id": course["id"], "title": "What do you remember?", **fields}
    return (await api.post("/quizzes", body, as_=tara)).data


# Times


@pytest.mark.parametrize("time", OUT_OF_RANGE)
async def test_a_time_in_a_body_is_from_1970_to_2199(api: Api, tara: Person, time: str) -> None:
    quiz, other = await make_quiz(api, tara), await make_quiz(api, tara)
    for name in ("available_from", "available_until"):
        reply = await api.patch(f"/quizzes/{quiz['id']}", {name: time}, as_=tara)
        assert reply.faults == {(f"/{name}", "out_of_range")}
        body = {"course_id": quiz["course_id"], "title": "Late", name: time}
        assert (await api.post("/quizzes", body, as_=tara)).faults == {(f"/{name}", "out_of_range")}
    for one in (quiz, other):
        assert (await api.get(f"/quizzes/{one['id']}", as_=tara)).data == one


@pytest.mark.parametrize(("time", "kept"), IN_RANGE.items())
async def test_a_time_within_is_kept_to_the_microsecond(
    api: Api, tara: Person, time: str, kept: str
) -> None:
    quiz = await make_quiz(api, tara)
    reply = await api.patch(f"/quizzes/{quiz['id']}", {"available_until": time}, as_=tara)
    assert reply.data["available_until"].startswith(kept)


async def test_every_attempt_of_the_longest_window_starts(
    api: Api, tara: Person, sam: Person
) -> None:
    quiz = await make_quiz(api, tara, available_until="2199-12-31T23:59:59.999999Z")
    question = {"type": "true_false", "text": "Is it so?", "answer": True}
    await api.post(f"/quizzes/{quiz['id']}/questions", question, as_=tara)
    await api.post(f"/quizzes/{quiz['id']}/publish", as_=tara)
    await enroll(api, sam, {"id": quiz["course_id"]})
    started = await api.post(f"/quizzes/{quiz['id']}/attempts", as_=sam)
    assert started.status == 201, started.body
    assert (await api.get(f"/attempts/{started.data['id']}", as_=sam)).status == 200


LISTS = [
    "/courses", "/enrollments/my-courses", "/orders", "/quizzes", "/users",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
async def test_a_time_in_a_query_is_from_1970_to_2199(api: Api, ada: Person, path: str) -> None:
    for time in OUT_OF_RANGE:
        reply = await api.get(f"{path}?updated_since={quote(time)}", as_=ada)
        assert reply.faults == {("?updated_since", "out_of_range")}, time
    for time in IN_RANGE:
        assert (await api.get(f"{path}?updated_since={quote(time)}", as_=ada)).status == 200


async def test_the_days_of_analytics_are_from_1970_to_2199(api: Api, tara: Person) -> None:
    path = "/analytics/instructor"
    for day in ("1969-12-31", "2200-01-01", "0000-01-01", "9999-12-31"):
        reply = await api.get(f"{path}?from={day}&to={day}", as_=tara)
        assert reply.faults == {("?from", "out_of_range"), ("?to", "out_of_range")}
    for day in ("1970-01-01", "2199-12-31"):
        assert (await api.get(f"{path}?from={day}&to={day}", as_=tara)).status == 200


async def test_a_clock_that_is_wrong_by_ages_is_clamped(
    api: Api, tara: Person, sam: Person
) -> None:
    course, lessons = await make_open_course(api, tara)
    enrollment = await enroll(api, sam, course)
    events = [
        {"id": str(new_id()), "lesson_id": lessons[0]["id"], "type": "progress",
         "occurred_at": time}
        for time in OUT_OF_RANGE
    ]  # fmt: skip
    path = f"/enrollments/{enrollment['id']}/progress/batch"
    reply = await api.post(path, {"events": events}, as_=sam)
    assert {result["status"] for result in reply.data["results"]} == {"counted"}


# Titles and names


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("C#", "c-sharp"), ("C", "c"), ("C++", "c-plus-plus"), ("Go", "go"), ("R", "r"),
        ("数学", "shuxue"), (".NET", "dot-net"), ("F# and C♯", "f-sharp-and-c-sharp"), 
        ("?", "course"),
        ("C++17 for C programmers", "c-plus-plus-17-for-c-programmers"), ("x" * 255, "x" * 80),
    ],
)  # fmt: skip
async def test_a_title_of_one_character_is_a_title(
    api: Api, tara: Person, title: str, slug: str
) -> None:
    made = await api.post("/courses", {"title": title}, as_=tara)
    assert (made.status, made.data["title"], made.data["slug"]) == (201, title, slug)
    again = (await api.post("/courses", {"title": title}, as_=tara)).data
    assert again["slug"] != slug
    for course in (made.data, again):
        assert (await api.get(f"/courses/{course['slug']}", as_=tara)).data["id"] == course["id"]
        changed = await api.patch(f"/courses/{course['slug']}", {"title": title}, as_=tara)
        assert changed.data["title"] == title


async def test_titles_do_not_turn_text_around(api: Api, tara: Person) -> None:
    course = await make_course(api, tara)
    lesson = await make_lesson(api, tara, course)
    quiz = await make_quiz(api, tara)
    for mark in TURNING:
        title = {"title": f"Exam {mark}fdp.exe"}
        for reply in (
            await api.post("/courses", title, as_=tara),
            await api.patch(f"/courses/{course['id']}", title, as_=tara),
            await api.patch(f"/lessons/{lesson['id']}", title, as_=tara),
            await api.patch(f"/quizzes/{quiz['id']}", title, as_=tara),
        ):
            assert reply.faults == {("/title", "invalid")}
        reply = await api.patch(f"/courses/{course['id']}", {"certificate": title}, as_=tara)
        assert reply.faults == {("/certificate/title", "invalid")}
    # Scripts that are written from right to left need no marks.
    title = {"title": "مقدمة في الجبر"}
    assert (await api.patch(f"/courses/{course['id']}", title, as_=tara)).data["title"]


@pytest.mark.parametrize(
    "name",
    [
        "Claim at http://evil.example", "WWW.evil.example", "ｗｗｗ．evil.example", "ftp：／／evil",
        "WwW。evil.example", "www｡evil.example",
        "w\u200bww.evil.example", "http:\u2060//evil.example",
        *(f"Sam{mark}Student" for mark in TURNING),
        "\u200b", "\u3164", "\uffa0\u115f", "\u2800", "\u00ad \u200d\ufe0f", "\ufeff", "\U000e0041",
    ],
)  # fmt: skip
async def test_a_name_is_seen_no_link_and_turns_nothing(
    api: Api, sam: Person, olly: Person, ada: Person, name: str
) -> None:
    new = {"email": "new@example.com", "password": PASSWORD, "full_name": name}
    invited = {"email": "new@example.com", "full_name": name}
    for reply in (
        await api.post("/auth/register", new),
        await api.post("/users", invited, as_=ada),
        await api.patch("/users/me", {"full_name": name}, as_=sam),
        await api.patch(f"/users/{olly.id}", {"full_name": name}, as_=ada),
    ):
        assert reply.faults == {("/full_name", "invalid")}
    for person in (sam, olly):
        assert (await api.get("/users/me", as_=person)).data["full_name"] == person.full_name


async def test_names_with_dots_and_colons_are_names(api: Api, sam: Person) -> None:
    for name in (
        "O", "J. R. R. Tolkien", "Dr.-Ing. Sam: Student", "Åsa / Wwwolf",
        "می\u200cخواهم", "佐藤。", "👩\u200d🏫",
    ):  # fmt: skip
        reply = await api.patch("/users/me", {"full_name": name}, as_=sam)
        assert reply.data["full_name"] == name


# Zones and currencies


async def test_a_zone_is_an_area_and_a_city_or_utc(api: Api, sam: Person) -> None:
    for zone in ("UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Pacific/Kiritimati"):
        reply = await api.patch("/users/me", {"timezone": zone}, as_=sam)
        assert reply.data["timezone"] == zone
    for zone in (
        "EST5EDT", "Etc/GMT+5", "GMT", "US/Eastern", "localtime", "Factory", "posixrules", "CET",
        "europe/berlin", "Europe/Atlantis", "Europe/", "../UTC", "",
    ):  # fmt: skip
        reply = await api.patch("/users/me", {"timezone": zone}, as_=sam)
        assert reply.faults == {("/timezone", "invalid")}, zone


async def test_a_price_is_in_a_currency_that_is_money(api: Api, tara: Person) -> None:
    course = await make_course(api, tara)
    for currency in ("USD", "EUR", "JPY", "XOF", "XAF", "KWD", "ZWG"):
        price = {"amount": 100, "currency": currency}
        reply = await api.patch(f"/courses/{course['id']}", {"price": price}, as_=tara)
        assert reply.data["price"] == price
    for currency in ("XXX", "XTS", "XAU", "XDR", "CHE", "DEM", "ABC", "usd", "US", ""):
        price = {"amount": 100, "currency": currency}
        reply = await api.patch(f"/courses/{course['id']}", {"price": price}, as_=tara)
        assert reply.faults == {("/price/currency", "invalid")}, currency


# Ids


async def test_ids_are_of_version_7_and_sessions_too(api: Api, sam: Person) -> None:
    body = {"email": sam.email, "password": PASSWORD}
    tokens = [(await api.post("/auth/login", body)).data["tokens"] for _ in range(3)]
    ids = [refresh_session_id(token["refresh_token"]) for token in tokens]
    assert [id.version for id in ids if id is not None] == [7, 7, 7]
    assert ids == sorted(ids, key=str)
    listed = (await api.get("/auth/sessions", token=tokens[0]["access_token"])).data
    assert {str(id) for id in ids} <= {session["id"] for session in listed}


def test_ids_made_here_sort_by_their_time() -> None:
    made = [new_id() for _ in range(5)]
    assert all(id.version == 7 and id.variant == "specified in RFC 4122" for id in made)
    assert len(set(made)) == 5
    assert [id.int >> 80 for id in made] == sorted(id.int >> 80 for id in made)
