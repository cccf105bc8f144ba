"""Every route of a course's things, asked by everyone who has, had or never had a right on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lms.core.db.pool import Pool
from lms.permissions import ACCESS
from tests.api import Api, Response
from tests.attempts.casts import TRUE_FALSE, all_right, make_quiz, start
from tests.events.settling import settle
from tests.factories import enroll, make_course, make_lesson, make_open_course
from tests.files.forms import upload
from tests.files.samples import PDF
from tests.people import Cast, Person
from tests.roles import until_known

STALE = {"If-Match": '"1-stale"'}  # 412 for whoever may write, and nothing is written

Sees = Callable[[Response, dict[str, Any]], bool]


def _is_let_in(reply: Response, things: dict[str, Any]) -> bool:
    assert reply.status < 500
    assert reply.status != 401
    return reply.status not in (403, 404)


@dataclass
class Row:
    """A request, and who has the right to it; `sees` tells from a reply."""

    route: str
    path: str
    rights: set[str]
    body: Any = None
    stale: bool = False
    sees: Sees = _is_let_in


TEACH = {"owner", "admin"}
READ = TEACH | {"enrolled"}
ADMIN = {"admin"}
STUDENT = {"enrolled"}

NEW_LESSON = {"title": "One more", "content_type": "text", "content": "Read."}
GRADES = [{"question_id": "00000000-0000-7000-8000-000000000000", "points": 0}]


def _any(test: Callable[[Any, dict[str, Any]], bool]) -> Sees:
    """Sees it if one item of a list is what is looked for."""

    def sees(reply: Response, things: dict[str, Any]) -> bool:
        return reply.status == 200 and any(test(one, things) for one in reply.data)

    return sees


def _has(name: str) -> Sees:
    return lambda reply, things: reply.status == 200 and name in reply.data


def _unlocked(reply: Response, things: dict[str, Any]) -> bool:
    return reply.status == 200 and any(not lesson["locked"] for lesson in reply.data["lessons"])


def _row(route: str, path: str, rights: set[str], body: Any = None, **more: Any) -> Row:
    return Row(route, path, rights, body, **more)


ROWS = [
    # the course
    _row("GET /courses/{course}", "/courses/{draft}", TEACH),
    _row(
        "GET /courses", "/courses?status=draft", TEACH,
        sees=_any(lambda one, things: one["id"] == things["draft"]),
    ),
    _row("PATCH /courses/{course}", "/courses/{course}", TEACH, {"title": "Mine"}, stale=True),
    _row(
        "PATCH /courses/{course}", "/courses/{course}", ADMIN, {"instructor_id": "{owner_id}"},
        stale=True,
    ),
    _row("DELETE /courses/{course}", "/courses/{course}", TEACH, stale=True),
    _row("POST /courses/{course_id}/publish", "/courses/{course}/publish", TEACH),
    _row("POST /courses/{course_id}/unpublish", "/courses/{draft}/unpublish", TEACH),
    _row("POST /courses/{course_id}/duplicate", "/courses/{course}/duplicate", TEACH),
    _row("PUT /courses/{course_id}/reviews", "/courses/{course}/reviews", STUDENT, {"rating": 5}),
    # lessons
    _row(
        "GET /courses/{course_id}/lessons", "/courses/{course}/lessons", READ,
        sees=_any(lambda one, things: "content" in one),
    ),
    _row("GET /lessons/{lesson_id}", "/lessons/{lesson}", READ, sees=_has("content")),
    _row("POST /courses/{course_id}/lessons", "/courses/{course}/lessons", TEACH, NEW_LESSON),
    _row(
        "PATCH /lessons/reorder", "/lessons/reorder", TEACH,
        {"course_id": "{course}", "lesson_ids": ["{lesson}"]}, stale=True,
    ),
    _row("PATCH /lessons/{lesson_id}", "/lessons/{lesson}", TEACH, {"title": "Mine"}, stale=True),
    _row("DELETE /lessons/{lesson_id}", "/lessons/{lesson}", TEACH, stale=True),
    _row("GET /courses/{course_id}/learn", "/courses/{course}/learn", READ, sees=_unlocked),
    # students
    _row("GET /courses/{course_id}/enrollments", "/courses/{course}/enrollments", TEACH),
    _row("GET /enrollments/{enrollment_id}", "/enrollments/{place}", READ),
    _row("GET /enrollments/{enrollment_id}", "/enrollments/{left_place}", TEACH | {"left"}),
    _row("DELETE /enrollments/{enrollment_id}", "/enrollments/{place}", READ,
         stale=True),
    _row(
        "POST /enrollments/{enrollment_id}/lessons/{lesson_id}/complete",
        "/enrollments/{place}/lessons/{lesson}/complete", STUDENT,
    ),
    _row(
        "PATCH /enrollments/{enrollment_id}/lessons/{lesson_id}/progress",
        "/enrollments/{place}/lessons/{lesson}/progress", STUDENT, {"last_position_seconds": 1},
    ),
    _row(
        "POST /enrollments/{enrollment_id}/progress/batch",
        "/enrollments/{place}/progress/batch", STUDENT,
        {"events": [{"id": "00000000-0000-7000-8000-000000000001", "lesson_id": "{lesson}",
                     "type": "completed", "occurred_at": "2026-01-01T00:00:00Z"}]},
    ),
    _row(
        "POST /courses/{course_id}/enrollments/bulk", "/courses/{course}/enrollments/bulk", TEACH,
        {"emails": ["one@example.com"], "dry_run": True},
    ),
    _row("GET /jobs/{job_id}", "/jobs/{job}", TEACH),
    # quizzes
    _row("GET /quizzes/{quiz_id}", "/quizzes/{draft_quiz}", TEACH),
    _row(
        "GET /quizzes", "/quizzes?course_id={course}", TEACH,
        sees=_any(lambda one, things: one["id"] == things["draft_quiz"]),
    ),
    _row("POST /quizzes", "/quizzes", TEACH, {"course_id": "{draft}", "title": "New"},
         sees=lambda reply, things: reply.status == 201),
    _row("PATCH /quizzes/{quiz_id}", "/quizzes/{quiz}", TEACH, {"title": "Mine"}, stale=True),
    _row("DELETE /quizzes/{quiz_id}", "/quizzes/{quiz}", TEACH, stale=True),
    _row("POST /quizzes/{quiz_id}/publish", "/quizzes/{quiz}/publish", TEACH),
    _row("GET /quizzes/{quiz_id}/questions", "/quizzes/{quiz}/questions", TEACH),
    _row("POST /quizzes/{quiz_id}/questions", "/quizzes/{draft_quiz}/questions", TEACH,
         TRUE_FALSE),
    _row(
        "PATCH /quizzes/{quiz_id}/questions/reorder", "/quizzes/{quiz}/questions/reorder", TEACH,
        {"question_ids": ["{question}"]}, stale=True,
    ),
    _row(
        "POST /quizzes/{quiz_id}/questions/import", "/quizzes/{quiz}/questions/import", TEACH,
        {"format": "gift", "content": "Wet? {{T}}", "dry_run": True},
    ),
    _row("GET /quizzes/{quiz_id}/export", "/quizzes/{quiz}/export?format=gift", TEACH),
    _row("GET /questions/{question_id}", "/questions/{question}", TEACH),
    _row("PATCH /questions/{question_id}", "/questions/{question}", TEACH, {"text": "Mine"},
         stale=True),
    _row("DELETE /questions/{question_id}", "/questions/{question}", TEACH, stale=True),
    _row("GET /quizzes/{quiz_id}/statistics", "/quizzes/{quiz}/statistics", TEACH),
    _row(
        "PATCH /quizzes/{quiz_id}/extensions/{user_id}",
        "/quizzes/{quiz}/extensions/{enrolled_id}", TEACH, {"extra_attempts": 1},
    ),
    _row("POST /quizzes/{quiz_id}/regrade", "/quizzes/{quiz}/regrade", TEACH, {"dry_run": True}),
    # attempts
    _row(
        "GET /quizzes/{quiz_id}/attempts", "/quizzes/{quiz}/attempts", READ,
        sees=_any(lambda one, things: one["id"] == things["attempt"]),
    ),
    _row("POST /quizzes/{quiz_id}/attempts", "/quizzes/{quiz}/attempts", STUDENT),
    _row("GET /attempts/{attempt_id}", "/attempts/{attempt}", READ, sees=_has("questions")),
    _row("GET /attempts/{attempt_id}", "/attempts/{left_attempt}", TEACH, sees=_has("questions")),
    _row(
        "GET /attempts/{attempt_id}", "/attempts/{refunded_attempt}", TEACH,
        sees=_has("questions"),
    ),
    _row(
        "PATCH /attempts/{attempt_id}/answers", "/attempts/{attempt}/answers", STUDENT,
        {"answers": [{"question_id": "{question}", "answer": True, "seq": 9}]},
    ),
    _row("POST /attempts/{attempt_id}/submit", "/attempts/{attempt}/submit", STUDENT, {}),
    _row(
        "POST /attempts/{attempt_id}/submit", "/attempts/{left_attempt}/submit", set(), {},
        sees=lambda reply, things: reply.status == 200,
    ),
    _row("POST /attempts/{attempt_id}/grade", "/attempts/{attempt}/grade", TEACH,
         {"grades": GRADES}),
    # files of lessons
    _row("GET /files/{file_id}", "/files/{file}", READ),
    _row("GET /files/{file_id}/download", "/files/{file}/download", READ),
    _row("POST /files/{file_id}/link", "/files/{file}/link", READ, {}),
    _row("PATCH /files/{file_id}", "/files/{file}", ADMIN, {"is_public": True}, stale=True),
    _row("DELETE /files/{file_id}", "/files/{file}", ADMIN, stale=True),
    # certificates
    _row("POST /certificates/generate", "/certificates/generate", TEACH,
         {"enrollment_id": "{graduate_place}"}),
    _row("GET /certificates/{certificate_id}", "/certificates/{certificate}", TEACH),
    _row("GET /certificates/{certificate_id}/download", "/certificates/{certificate}/download",
         TEACH),
    _row("POST /certificates/{certificate_id}/revoke", "/certificates/{certificate}/revoke",
         ADMIN, {"reason": "A mistake"}),
    # Its student alone, who is not asked here.
    _row("PATCH /certificates/{certificate_id}", "/certificates/{certificate}", set(),
         {"is_public": True}),
    _row("POST /certificates/{certificate_id}/reissue", "/certificates/{certificate}/reissue",
         ADMIN, {"reason": "A new name"}),
    _row("GET /courses/{course_id}/certificate-preview", "/courses/{course}/certificate-preview",
         TEACH),
    # figures
    _row("GET /analytics/courses/{course_id}/analytics",
         "/analytics/courses/{course}/analytics", TEACH),
    _row("GET /analytics/courses/{course_id}/report.pdf",
         "/analytics/courses/{course}/report.pdf", TEACH),
    _row("GET /analytics/instructor", "/analytics/instructor", {"owner"},
         sees=lambda reply, things: reply.status == 200 and reply.data["active_students"] > 0),
    # events, and the webhook that the first teacher made
    _row(
        "GET /events", "/events?types=course.published", TEACH,
        sees=_any(lambda one, things: one["data"]["course_id"] == things["course"]),
    ),
    _row("GET /webhooks/{webhook_id}", "/webhooks/{hook}", ADMIN | {"former"}),
    _row("GET /webhooks/{webhook_id}/deliveries", "/webhooks/{hook}/deliveries",
         ADMIN | {"former"}),
    _row("PATCH /webhooks/{webhook_id}", "/webhooks/{hook}", ADMIN | {"former"},
         {"is_active": True}, stale=True),
    _row("POST /webhooks/{webhook_id}/test", "/webhooks/{hook}/test", ADMIN | {"former"}),
    _row("POST /webhooks/{webhook_id}/recover", "/webhooks/{hook}/recover", ADMIN | {"former"},
         {"since": "2020-01-01T00:00:00Z"}),
    # Nobody sends what the webhook's owner may not have, not even an admin.
    _row("POST /webhooks/deliveries/{delivery_id}/redeliver",
         "/webhooks/deliveries/{delivery}/redeliver", set()),
    _row("POST /webhooks/{webhook_id}/rotate-secret", "/webhooks/{hook}/rotate-secret",
         ADMIN | {"former"}),
    _row("DELETE /webhooks/{webhook_id}", "/webhooks/{hook}", ADMIN | {"former"}, stale=True),
    # orders
    _row("GET /orders/{order_id}", "/orders/{order}", ADMIN | {"refunded"}),
    _row("POST /orders/{order_id}/mark-paid", "/orders/{order}/mark-paid", ADMIN,
         {"reference": "r"}),
    _row("POST /orders/{order_id}/refund", "/orders/{order}/refund", ADMIN),
    # Last, since it closes something.
    _row("POST /courses/{course_id}/archive", "/courses/{draft}/archive", TEACH),
]  # fmt: skip

# Routes that are no right on a course: one's own account and things, the site, and what is for all.
OTHERS = (
    "/health", "/ready", "/auth/", "/users", "/courses/categories", "/files/upload", "/problems",
    "/certificates/verify", "/certificates/my-certificates", "/enrollments/my-courses",
    "/analytics/student", "/analytics/system",
)  # fmt: skip
OTHER_ROUTES = {
    "POST /courses",  # makes one
    "GET /courses/{course_id}/reviews",  # for all who see the course
    "POST /enrollments",  # open to students
    "POST /orders", "GET /orders",  # one's own
    "GET /webhooks", "POST /webhooks",  # one's own
    "GET /files",  # one's own uploads
    "GET /files/{file_id}/thumbnail", "GET /files/{file_id}/avatar",  # pictures
}  # fmt: skip


def test_every_route_is_asked_or_is_no_right_on_a_course() -> None:
    asked = {row.route for row in ROWS}
    routes = {name.replace(" /api/v1/", " /") for name in ACCESS if " /api/v1/" in name}
    unknown = {
        route
        for route in routes - asked - OTHER_ROUTES
        if not route.partition(" ")[2].startswith(OTHERS)
    }
    assert not unknown, "say in ROWS who has a right to these"
    assert asked | OTHER_ROUTES <= routes


async def _make(
    api: Api, cast: Cast, teacher: Person, admin: Person
) -> tuple[dict[str, Any], dict[str, Person]]:
    """A course of this teacher with one of everything, and its students."""
    people = {
        name: await cast.person(f"{name.title()} Student")
        for name in ("enrolled", "left", "refunded", "graduate", "outsider")
    }
    hook = await api.post(
        "/webhooks",
        {"url": "https://receiver.example.com/hook", "types": ["course.published"]},
        as_=teacher,
    )
    file = await upload(api, admin, PDF, "handout.pdf")
    draft = await make_course(api, teacher, title="A draft")
    course, lessons = await make_open_course(api, teacher, lessons=1)
    graduate_place = await enroll(api, people["graduate"], course)
    await api.post(
        f"/enrollments/{graduate_place['id']}/lessons/{lessons[0]['id']}/complete",
        as_=people["graduate"],
    )
    await make_lesson(api, admin, course, content_type="document", file_id=file["id"])
    quiz, questions = await make_quiz(api, teacher, course, TRUE_FALSE)
    draft_quiz, _ = await make_quiz(api, teacher, course, publish=False)
    place = await enroll(api, people["enrolled"], course)
    left_place = await enroll(api, people["left"], course)
    attempt = await start(api, people["enrolled"], quiz)
    await api.post(
        f"/attempts/{attempt['id']}/submit",
        {"answers": all_right(attempt)},
        as_=people["enrolled"],
    )
    left_attempt = await start(api, people["left"], quiz)
    await api.delete(f"/enrollments/{left_place['id']}", as_=people["left"])
    price = {"price": {"amount": 500, "currency": "EUR"}}
    await api.patch(f"/courses/{course['id']}", price, as_=teacher)
    order = (await api.post("/orders", {"course_id": course["id"]}, as_=people["refunded"])).data
    await api.post(f"/orders/{order['id']}/mark-paid", {"reference": "r"}, as_=admin)
    await enroll(api, people["refunded"], course)
    refunded_attempt = await start(api, people["refunded"], quiz)
    await api.post(f"/orders/{order['id']}/refund", as_=admin)
    job = await api.post(
        f"/courses/{course['id']}/enrollments/bulk", {"emails": ["a@example.com"]}, as_=teacher
    )
    certificates = await api.get("/certificates/my-certificates", as_=people["graduate"])
    (delivery,) = (await api.get(f"/webhooks/{hook.data['id']}/deliveries", as_=teacher)).data
    await settle(api)
    things = {
        "course": course["id"], "draft": draft["id"], "lesson": lessons[0]["id"],
        "file": file["id"], "quiz": quiz["id"], "draft_quiz": draft_quiz["id"],
        "question": questions[0]["id"], "place": place["id"], "left_place": left_place["id"],
        "graduate_place": graduate_place["id"], "attempt": attempt["id"],
        "left_attempt": left_attempt["id"], "refunded_attempt": refunded_attempt["id"],
        "order": order["id"], "job": job.data["id"], "hook": hook.data["id"],
        "delivery": delivery["id"], "certificate": certificates.data[0]["id"],
        "enrolled_id": str(people["enrolled"].id), "owner_id": str(teacher.id),
    }  # fmt: skip
    return things, people


def _filled(value: Any, things: dict[str, Any]) -> Any:
    match value:
        case str():
            return value.format(**things)
        case list():
            return [_filled(one, things) for one in value]
        case dict():
            return {name: _filled(one, things) for name, one in value.items()}
        case _:
            return value


async def _wrong_answers(
    api: Api, things: dict[str, Any], people: dict[str, Person]
) -> list[tuple[str, ...]]:
    wrong = []
    for row in ROWS:
        method = row.route.partition(" ")[0]
        # Those without a right first, so that what the others do changes no answer.
        for name in sorted(people, key=lambda name: name in row.rights):
            reply = await api.request(
                method,
                _filled(row.path, things),
                json=_filled(row.body, things),
                as_=people[name],
                headers=STALE if row.stale else None,
            )
            if row.sees(reply, things) != (name in row.rights):
                wrong.append((row.route, row.path, name, str(reply.status)))
    return wrong


async def test_a_course_that_changed_hands_is_its_new_owners(
    api: Api, cast: Cast, tara: Person, theo: Person, ada: Person
) -> None:
    former = await cast.person("Fay Former", role="instructor")
    things, people = await _make(api, cast, former, ada)
    for course in ("course", "draft"):
        given = {"instructor_id": str(theo.id)}
        await api.patch(f"/courses/{things[course]}", given, as_=ada)
    things["owner_id"] = str(theo.id)
    people |= {"owner": theo, "former": former, "other": tara, "admin": ada}
    del people["graduate"]
    wrong = await _wrong_answers(api, things, people)
    assert not wrong, "\n".join(map(str, wrong))


async def test_a_demoted_owner_keeps_no_right_that_came_with_teaching(
    api: Api, cast: Cast, theo: Person, ada: Person, db: Pool
) -> None:
    """By hand: an owner of published courses is not demoted since releases know of it."""
    demoted = await cast.person("Dee Demoted", role="instructor")
    things, people = await _make(api, cast, demoted, ada)
    async with db.acquire() as connection:
        await connection.execute("update users set role = 'student' where id = $1", demoted.id)

    await until_known(api, demoted, teaches=False)
    people |= {"demoted": demoted, "other": theo, "admin": ada}
    del people["graduate"]
    wrong = await _wrong_answers(api, things, people)
    assert not wrong, "\n".join(map(str, wrong))
