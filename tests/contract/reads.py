"""A call of every route that reads, as somebody who may."""

from tests.contract.world import Call, Maker, World, a_file, a_job, a_webhook, an_order

READS: dict[str, Maker] = {}


def _read(name: str, who: str | None, path: str | None = None) -> None:
    path = path or name

    async def make(world: World) -> Call:
        person = getattr(world, who) if who else None
        return Call(person, path.format(w=world))

    READS[f"GET /api/v1{name}"] = make


_read("/users/me", "sam")
_read("/users/me/export", "sam")
_read("/auth/sessions", "sam")
_read("/users", "ada")
_read("/users/{user_id}", "ada", "/users/{w.sam.id}")
_read("/courses", None)
_read("/courses/categories", None)
_read("/courses/{course}", None, "/courses/{w.course[id]}")
_read("/courses/{course_id}/reviews", None, "/courses/{w.course[id]}/reviews")
_read("/courses/{course_id}/lessons", "sam", "/courses/{w.course[id]}/lessons")
_read("/lessons/{lesson_id}", "sam", "/lessons/{w.lessons[0][id]}")
_read("/enrollments/my-courses", "sam")
_read("/enrollments/{enrollment_id}", "sam", "/enrollments/{w.place[id]}")
_read("/quizzes", "sam")
_read("/quizzes/{quiz_id}", "sam", "/quizzes/{w.quiz[id]}")
_read("/quizzes/{quiz_id}/questions", "tara", "/quizzes/{w.quiz[id]}/questions")
_read("/questions/{question_id}", "tara", "/questions/{w.questions[0][id]}")
_read("/quizzes/{quiz_id}/statistics", "tara", "/quizzes/{w.quiz[id]}/statistics")
_read("/quizzes/{quiz_id}/attempts", "tara", "/quizzes/{w.quiz[id]}/attempts")
_read("/certificates/my-certificates", "sam")
_read("/certificates/verify/{number}", None, "/certificates/verify/LMS-0000-0000-0000")

_read(
    "/analytics/courses/{course_id}/analytics",
    "tara",
    "/analytics/courses/{w.course[id]}/analytics",
)
_read("/analytics/instructor", "tara")
_read("/analytics/student", "sam")
_read("/courses/{course_id}/enrollments", "tara", "/courses/{w.course[id]}/enrollments")
_read("/courses/{course_id}/learn", "sam", "/courses/{w.course[id]}/learn")
_read("/events", "ada")
_read("/files", "tara")
_read("/orders", "sam")
_read("/webhooks", "tara")
_read("/quizzes/{quiz_id}/export", "tara", "/quizzes/{w.quiz[id]}/export?format=gift")
_read("/analytics/system", "ada")
_read(
    "/analytics/courses/{course_id}/report.pdf",
    "tara",
    "/analytics/courses/{w.course[id]}/report.pdf",
)
_read(
    "/courses/{course_id}/certificate-preview",
    "tara",
    "/courses/{w.course[id]}/certificate-preview",
)
_read("/health", None)
_read("/ready", None)


async def _order_of(world: World) -> Call:
    return Call(world.sam, f"/orders/{(await an_order(world))['id']}")


async def _webhook_of(world: World) -> Call:
    return Call(world.tara, f"/webhooks/{await a_webhook(world)}")


async def _deliveries(world: World) -> Call:
    return Call(world.tara, f"/webhooks/{await a_webhook(world)}/deliveries")


READS["GET /api/v1/orders/{order_id}"] = _order_of
READS["GET /api/v1/webhooks/{webhook_id}"] = _webhook_of
READS["GET /api/v1/webhooks/{webhook_id}/deliveries"] = _deliveries


async def _attempt(world: World) -> Call:
    return Call(world.sam, f"/attempts/{(await world.attempt())['id']}")


async def _certificate_of(world: World) -> str:
    await world.api.delete(f"/quizzes/{world.quiz['id']}", as_=world.tara)
    await world.learn()
    return str((await world.api.get("/certificates/my-certificates", as_=world.sam)).data[0]["id"])


async def _certificate(world: World) -> Call:
    return Call(world.sam, f"/certificates/{await _certificate_of(world)}")


async def _download(world: World) -> Call:
    certificate = await _certificate_of(world)
    await world.issue(certificate)
    return Call(world.sam, f"/certificates/{certificate}/download")


async def _public_download(world: World) -> Call:
    certificate = await _certificate_of(world)
    await world.issue(certificate)
    path = f"/certificates/{certificate}"
    shown = (await world.api.patch(path, {"is_public": True}, as_=world.sam)).data
    return Call(None, f"/verify/{shown['number']}/certificate.pdf", root=True)


READS["GET /verify/{number}/certificate.pdf"] = _public_download
READS["GET /api/v1/attempts/{attempt_id}"] = _attempt
READS["GET /api/v1/certificates/{certificate_id}"] = _certificate
READS["GET /api/v1/certificates/{certificate_id}/download"] = _download


def _read_file(what: str) -> None:
    async def make(world: World) -> Call:
        return Call(world.tara, f"/files/{await a_file(world)}{what}")

    READS[f"GET /api/v1/files/{{file_id}}{what}"] = make


for _what in ("", "/download", "/thumbnail", "/avatar"):
    _read_file(_what)


async def _job(world: World) -> Call:
    return Call(world.tara, f"/jobs/{await a_job(world)}")


READS["GET /api/v1/jobs/{job_id}"] = _job
# Pages and documents outside of /api/v1: name, and the address to ask.
PAGES = {
    "GET /": "/",
    "GET /docs": "/docs",
    "GET /docs/{file}": "/docs/swagger-ui.css",
    "GET /openapi.json": "/openapi.json",
    "GET /problems": "/problems",
    "GET /problems/{code}": "/problems/not_found",
    "GET /dev/mail": "/dev/mail",
    "GET /dev/mail.json": "/dev/mail.json",
    "GET /verify/{number}": "/verify/LMS-0000-0000-0000",
    "GET /verify-email": "/verify-email?token=x",
    "GET /reset-password": "/reset-password?token=x",
}
