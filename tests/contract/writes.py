"""A valid call of every route that writes.

A walk over the routes fails for a route that is not in `WRITES`: whoever adds one adds a call.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from tests.attempts.casts import SINGLE, TRUE_FALSE, make_quiz
from tests.contract.world import Call, Maker, World, a_file, a_webhook, an_order
from tests.factories import make_open_course
from tests.files.forms import BOUNDARY, form
from tests.files.samples import PDF
from tests.people import PASSWORD

WRITES: dict[str, Maker] = {}


def call(name: str) -> Callable[[Maker], Maker]:
    """Declare how a route is called with success; `name` as in the permissions table."""

    def declare(maker: Maker) -> Maker:
        method, path = name.split(" ")
        WRITES[f"{method} /api/v1{path}"] = maker
        return maker

    return declare


def simple(name: str, who: str, path: str, body: Any = None) -> None:
    """A call whose path and body are known from the world alone; `{…}` are filled from it."""

    async def make(world: World) -> Call:
        return Call(getattr(world, who), path.format(w=world), body)

    call(name)(make)


simple("POST /courses", "tara", "/courses", {"title": "Another course"})
simple("PATCH /courses/{course}", "tara", "/courses/{w.course[id]}", {"title": "Renamed"})
simple("DELETE /courses/{course}", "tara", "/courses/{w.draft[id]}")
simple("POST /courses/{course_id}/unpublish", "tara", "/courses/{w.course[id]}/unpublish")
simple("POST /courses/{course_id}/archive", "tara", "/courses/{w.course[id]}/archive")
simple("POST /courses/{course_id}/duplicate", "tara", "/courses/{w.course[id]}/duplicate")
simple(
    "POST /courses/{course_id}/lessons",
    "tara",
    "/courses/{w.course[id]}/lessons",
    {"title": "One more", "content_type": "text", "content": "Read."},
)
simple("PATCH /lessons/{lesson_id}", "tara", "/lessons/{w.lessons[0][id]}", {"title": "Renamed"})
simple("DELETE /lessons/{lesson_id}", "tara", "/lessons/{w.lessons[0][id]}")
simple("DELETE /enrollments/{enrollment_id}", "sam", "/enrollments/{w.place[id]}")
simple(
    "POST /enrollments/{enrollment_id}/lessons/{lesson_id}/complete",
    "sam",
    "/enrollments/{w.place[id]}/lessons/{w.lessons[0][id]}/complete",
)
simple("PATCH /quizzes/{quiz_id}", "tara", "/quizzes/{w.quiz[id]}", {"title": "Renamed"})
simple("DELETE /quizzes/{quiz_id}", "tara", "/quizzes/{w.quiz[id]}")
simple("POST /quizzes/{quiz_id}/questions", "tara", "/quizzes/{w.quiz[id]}/questions", SINGLE)
simple(
    "POST /quizzes/{quiz_id}/questions/import",
    "tara",
    "/quizzes/{w.quiz[id]}/questions/import",
    {"format": "gift", "content": "Is the sea salty? {T}"},
)
simple("PATCH /questions/{question_id}", "tara", "/questions/{w.questions[0][id]}", {"text": "Eh?"})
simple("DELETE /questions/{question_id}", "tara", "/questions/{w.questions[0][id]}")
simple(
    "PATCH /quizzes/{quiz_id}/extensions/{user_id}",
    "tara",
    "/quizzes/{w.quiz[id]}/extensions/{w.sam.id}",
    {"extra_minutes": 5},
)
simple(
    "POST /quizzes/{quiz_id}/regrade", "tara", "/quizzes/{w.quiz[id]}/regrade", {"dry_run": False}
)
simple("POST /quizzes/{quiz_id}/attempts", "sam", "/quizzes/{w.quiz[id]}/attempts")
simple("PATCH /users/me", "sam", "/users/me", {"bio": "I learn."})
simple("DELETE /users/me", "sam", "/users/me", {"password": PASSWORD})
simple("PATCH /users/{user_id}", "ada", "/users/{w.sam.id}", {"full_name": "Samuel"})
simple("POST /users", "ada", "/users", {"email": "new@example.com", "full_name": "New"})
simple("POST /users/{user_id}/logout-all", "ada", "/users/{w.sam.id}/logout-all", {"reason": "x"})
simple("POST /auth/verify-email/request", "sam", "/auth/verify-email/request")
simple(
    "POST /users/me/email",
    "sam",
    "/users/me/email",
    {"new_email": "elsewhere@example.com", "password": PASSWORD},
)
simple(
    "POST /users/me/password",
    "sam",
    "/users/me/password",
    {"current_password": PASSWORD, "new_password": "eight-blue-bottles"},
)


@call("POST /courses/{course_id}/publish")
async def _publish(world: World) -> Call:
    await world.api.post(f"/courses/{world.course['id']}/unpublish", as_=world.tara)
    return Call(world.tara, f"/courses/{world.course['id']}/publish")


@call("PATCH /lessons/reorder")
async def _reorder(world: World) -> Call:
    ids = [lesson["id"] for lesson in reversed(world.lessons)]
    return Call(
        world.tara, "/lessons/reorder", {"course_id": world.course["id"], "lesson_ids": ids}
    )


@call("PATCH /quizzes/{quiz_id}/questions/reorder")
async def _reorder_questions(world: World) -> Call:
    ids = [question["id"] for question in reversed(world.questions)]
    path = f"/quizzes/{world.quiz['id']}/questions/reorder"
    return Call(world.tara, path, {"question_ids": ids})


@call("PUT /courses/{course_id}/reviews")
async def _review(world: World) -> Call:
    await world.learn()
    return Call(world.sam, f"/courses/{world.course['id']}/reviews", {"rating": 5, "text": "Good."})


@call("POST /enrollments")
async def _enroll(world: World) -> Call:
    return Call(world.olly, "/enrollments", {"course_id": world.course["id"]})


@call("POST /quizzes")
async def _quiz(world: World) -> Call:
    return Call(world.tara, "/quizzes", {"course_id": world.course["id"], "title": "Another"})


@call("POST /quizzes/{quiz_id}/publish")
async def _publish_quiz(world: World) -> Call:
    quiz, _ = await make_quiz(world.api, world.tara, world.course, TRUE_FALSE, publish=False)
    return Call(world.tara, f"/quizzes/{quiz['id']}/publish")


@call("PATCH /attempts/{attempt_id}/answers")
async def _answer(world: World) -> Call:
    attempt = await world.attempt()
    question = next(one for one in attempt["questions"] if one["type"] == "true_false")
    answers = [{"question_id": question["id"], "answer": True, "seq": 1}]
    return Call(world.sam, f"/attempts/{attempt['id']}/answers", {"answers": answers})


@call("POST /attempts/{attempt_id}/submit")
async def _submit(world: World) -> Call:
    return Call(world.sam, f"/attempts/{(await world.attempt())['id']}/submit", {})


@call("POST /attempts/{attempt_id}/grade")
async def _grade(world: World) -> Call:
    attempt = await world.submitted()
    essay = next(one for one in attempt["questions"] if one["type"] == "essay")
    grades = [{"question_id": essay["id"], "points": 1}]
    return Call(world.tara, f"/attempts/{attempt['id']}/grade", {"grades": grades})


@call("POST /certificates/generate")
async def _certificate(world: World) -> Call:
    await world.api.delete(f"/quizzes/{world.quiz['id']}", as_=world.tara)
    await world.learn()
    return Call(world.sam, "/certificates/generate", {"enrollment_id": world.place["id"]})


@call("DELETE /auth/sessions/{session_id}")
async def _end_session(world: World) -> Call:
    return Call(world.sam, f"/auth/sessions/{await world.session()}")


@call("POST /auth/forgot-password")
async def _forgot(world: World) -> Call:
    return Call(None, "/auth/forgot-password", {"email": world.sam.email})


@call("POST /auth/reset-password")
async def _reset(world: World) -> Call:
    token = await world.token("reset", world.sam)
    return Call(None, "/auth/reset-password", {"token": token, "new_password": "nine-red-bottles"})


@call("POST /auth/verify-email/confirm")
async def _confirm(world: World) -> Call:
    token = await world.token("verification", world.sam)
    return Call(None, "/auth/verify-email/confirm", {"token": token})


@call("POST /auth/mfa/disable")
async def _disable(world: World) -> Call:
    codes = await world.recovery_codes()
    return Call(world.sam, "/auth/mfa/disable", {"password": PASSWORD, "code": codes[0]})


@call("POST /users/{user_id}/mfa/reset")
async def _reset_mfa(world: World) -> Call:
    await world.recovery_codes()
    return Call(world.ada, f"/users/{world.sam.id}/mfa/reset", {"reason": "The phone was lost."})


@call("POST /orders")
async def _new_order(world: World) -> Call:
    price = {"amount": 1999, "currency": "USD"}
    course, _ = await make_open_course(world.api, world.tara, title="For money", price=price)
    return Call(world.sam, "/orders", {"course_id": course["id"]})


@call("POST /orders/{order_id}/mark-paid")
async def _pay(world: World) -> Call:
    order = await an_order(world)
    return Call(world.ada, f"/orders/{order['id']}/mark-paid", {"reference": "bank 7"})


@call("POST /orders/{order_id}/refund")
async def _refund(world: World) -> Call:
    paid = await _pay(world)
    await world.api.post(paid.path, paid.body, as_=paid.person)
    return Call(world.ada, paid.path.replace("mark-paid", "refund"))


@call("PATCH /webhooks/{webhook_id}")
async def _change_webhook(world: World) -> Call:
    return Call(world.tara, f"/webhooks/{await a_webhook(world)}", {"is_active": False})


@call("DELETE /webhooks/{webhook_id}")
async def _delete_webhook(world: World) -> Call:
    return Call(world.tara, f"/webhooks/{await a_webhook(world)}")


@call("POST /webhooks/{webhook_id}/test")
async def _test_webhook(world: World) -> Call:
    return Call(world.tara, f"/webhooks/{await a_webhook(world)}/test")


async def _issued(world: World) -> str:
    """The path of Sam's certificate, which is issued."""
    await world.api.delete(f"/quizzes/{world.quiz['id']}", as_=world.tara)
    await world.learn()
    mine = (await world.api.get("/certificates/my-certificates", as_=world.sam)).data
    await world.issue(mine[0]["id"])
    return f"/certificates/{mine[0]['id']}"


@call("PATCH /certificates/{certificate_id}")
async def _publish_certificate(world: World) -> Call:
    return Call(world.sam, await _issued(world), {"is_public": True})


@call("POST /certificates/{certificate_id}/reissue")
async def _reissue(world: World) -> Call:
    return Call(world.ada, f"{await _issued(world)}/reissue", {"reason": "A mistake."})


@call("POST /certificates/{certificate_id}/revoke")
async def _revoke(world: World) -> Call:
    return Call(world.ada, f"{await _issued(world)}/revoke", {"reason": "A mistake."})


@call("POST /webhooks/{webhook_id}/recover")
async def _recover(world: World) -> Call:
    body = {"since": "2026-01-01T00:00:00Z"}
    return Call(world.tara, f"/webhooks/{await a_webhook(world)}/recover", body)


@call("POST /webhooks/deliveries/{delivery_id}/redeliver")
async def _redeliver(world: World) -> Call:
    path = f"/webhooks/{await a_webhook(world)}/test"
    delivery = (await world.api.post(path, as_=world.tara)).data
    return Call(world.tara, f"/webhooks/deliveries/{delivery['id']}/redeliver")


simple(
    "PATCH /enrollments/{enrollment_id}/lessons/{lesson_id}/progress",
    "sam",
    "/enrollments/{w.place[id]}/lessons/{w.lessons[0][id]}/progress",
    {"last_position_seconds": 7},
)
simple(
    "POST /courses/{course_id}/enrollments/bulk",
    "tara",
    "/courses/{w.course[id]}/enrollments/bulk",
    {"emails": ["someone@example.com"]},
)


@call("POST /enrollments/{enrollment_id}/progress/batch")
async def _batch(world: World) -> Call:
    event = {
        "id": str(uuid4()),
        "lesson_id": world.lessons[0]["id"],
        "type": "completed",
        "occurred_at": "2026-11-01T10:00:00Z",
    }
    path = f"/enrollments/{world.place['id']}/progress/batch"
    return Call(world.sam, path, {"events": [event]})


@call("POST /files/upload")
async def _upload(world: World) -> Call:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return Call(world.tara, "/files/upload", content=form(), headers=headers)


_NEW_UPLOAD = {"filename": "a.pdf", "size": len(PDF), "is_public": False}
simple("POST /files/uploads", "tara", "/files/uploads", _NEW_UPLOAD)


@call("PUT /files/uploads/{upload_id}/content")
async def _send_content(world: World) -> Call:
    begun = (await world.api.post("/files/uploads", _NEW_UPLOAD, as_=world.tara)).data
    url = urlsplit(begun["url"])
    path = f"{url.path.removeprefix('/api/v1')}?{url.query}"
    headers = {"Content-Type": "application/octet-stream"}
    return Call(None, path, content=PDF, headers=headers)


@call("POST /files/uploads/{upload_id}/complete")
async def _complete(world: World) -> Call:
    sending = await _send_content(world)
    await world.ask("PUT", sending)
    return Call(world.tara, sending.path.partition("/content")[0] + "/complete")


@call("POST /files/{file_id}/link")
async def _link(world: World) -> Call:
    return Call(world.tara, f"/files/{await a_file(world)}/link", {"expires_in": 600})


@call("PATCH /files/{file_id}")
async def _change_file(world: World) -> Call:
    return Call(world.tara, f"/files/{await a_file(world)}", {"filename": "green.png"})


@call("DELETE /files/{file_id}")
async def _delete_file(world: World) -> Call:
    return Call(world.tara, f"/files/{await a_file(world)}")
