"""What is measured: requests to the application, and bare handlers that do the same work.

A new scenario is one entry here: the route, the requests (sent in turn), the goal, and the
baselines' handler, which finds the student in X-Student and the rest in the path.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import orjson
from aiohttp import hdrs, web

from lms.core.http.pagination import GREATEST_ID, LAST_TIME
from lms.tools.bench.baseline import Baseline
from lms.tools.bench.data import PASSWORD, Data, Student

Answer = Callable[[Baseline, web.Request], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    title: str
    route: str  # method and path, as the router has them
    goal: float  # share of the bare baseline's throughput
    requests: Callable[[Data], list[bytes]]
    bare: Answer
    usual: Answer

    @property
    def is_read(self) -> bool:
        return self.route.startswith("GET ")


def request(method: str, path: str, student: Student | None = None, body: object = None) -> bytes:
    """One request as its bytes, with the headers that an API client sends."""
    lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    if student is not None:
        lines += [f"Authorization: Bearer {student.token}", f"X-Student: {student.id}"]
    content = b"" if body is None else orjson.dumps(body)
    if content:
        lines.append("Content-Type: application/json")
    if content or method != hdrs.METH_GET:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def gets(path: str) -> Callable[[Data], list[bytes]]:
    """The same GET by each student."""
    return lambda data: [request("GET", path, student) for student in data.students]


async def same_bytes(base: Baseline, request: web.Request) -> web.Response:
    """The application's reply as kept bytes, without any work."""
    return web.Response(body=base.bodies[request.path], content_type="application/json")


async def _courses(base: Baseline, request: web.Request) -> web.Response:
    filters = dict.fromkeys(
        ("viewer_id", "status", "category", "difficulty", "instructor_id", "is_free",
         "updated_since", "ids", "words")
    )  # fmt: skip
    first_page = {"before_time": LAST_TIME, "before_id": GREATEST_ID, "as_of": LAST_TIME}
    return base.respond(
        await base.rows(
            base.pool,
            "courses/list_courses_by_newest",
            sees_all=False,
            **filters,
            **first_page,
            limit=21,
        )
    )


async def _course(base: Baseline, request: web.Request) -> web.Response:
    course_id = UUID(request.match_info["course"])
    return base.respond(await base.rows(base.pool, "courses/get_course", course_id=course_id))


async def _me(base: Baseline, request: web.Request) -> web.Response:
    return base.respond(await base.rows(base.pool, "users/get_user", user_id=_student(request)))


async def _my_courses(base: Baseline, request: web.Request) -> web.Response:
    return base.respond(
        await base.rows(
            base.pool,
            "enrollments/list_my_enrollments_by_newest",
            student_id=_student(request),
            status=None,
            updated_since=None,
            before_time=LAST_TIME,
            before_id=GREATEST_ID,
            limit=21,
        )
    )


async def _complete(base: Baseline, request: web.Request) -> web.Response:
    ids = {
        "enrollment_id": UUID(request.match_info["enrollment_id"]),
        "lesson_id": UUID(request.match_info["lesson_id"]),
    }
    one = {"enrollment_id": ids["enrollment_id"]}
    async with base.pool.acquire() as connection, connection.transaction():
        await base.rows(connection, "enrollments/lock_enrollment", **one)
        await base.rows(connection, "enrollments/complete_lesson", **ids)
        done = await base.rows(connection, "enrollments/get_lesson_progress", **ids)
        await base.rows(connection, "enrollments/complete_enrollment", **one)
        state = await base.rows(connection, "enrollments/get_enrollment", **one)
    return base.respond({"progress": done[0], "enrollment": state[0]})


async def _autosave(base: Baseline, request: web.Request) -> web.Response:
    student = {
        "attempt_id": UUID(request.match_info["attempt_id"]),
        "student_id": _student(request),
    }
    answers = orjson.loads(await request.read())["answers"]
    ids = [UUID(one["question_id"]) for one in answers]
    async with base.pool.acquire() as connection:
        # One statement that writes is a transaction of its own.
        await base.rows(connection, "attempts/list_shapes", **student, question_ids=ids)
        saved = await base.rows(
            connection,
            "attempts/save_answers",
            **student,
            answers=base.jsonb(answers),
            grace_seconds=5.0,
        )
    return base.respond(saved)


async def _learn(base: Baseline, request: web.Request) -> web.Response:
    course = {"course_id": UUID(request.match_info["course_id"])}
    student = {"student_id": _student(request)}
    async with (
        base.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        (head,) = await base.rows(connection, "enrollments/get_learner_course", **course, **student)
        mine = {"enrollment_id": head["enrollment_id"]}
        (enrollment,) = await base.rows(connection, "enrollments/get_enrollment", **mine)
        certificate = await base.rows(
            connection, "certificates/get_certificate_by_enrollment", **mine
        )
        lessons = await base.rows(connection, "enrollments/list_outline", **course, **mine)
        quizzes = await base.rows(
            connection, "enrollments/list_learner_quizzes", **course, **student
        )
        resume = await base.rows(
            connection, "lessons/get_lesson", lesson_id=enrollment["resume_lesson_id"]
        )
    parts = (head, enrollment, lessons, quizzes, resume, certificate)
    return base.respond(parts)


def _student(request: web.Request) -> UUID:
    return UUID(request.headers["X-Student"])


def _saves(data: Data) -> list[bytes]:
    """One answer of each student. A repeated `seq` costs the same write as a greater one."""
    return [
        request(
            "PATCH",
            f"/attempts/{s.attempt_id}/answers",
            s,
            {"answers": [{"question_id": s.question_id, "answer": [s.option_id], "seq": 1}]},
        )
        for s in data.students
    ]


SCENARIOS = (
    Scenario(
        name="courses",
        title="GET /courses, first page",
        route="GET /api/v1/courses",
        goal=0.60,
        requests=lambda data: [request("GET", "/courses")],
        bare=same_bytes,
        usual=_courses,
    ),
    Scenario(
        name="course",
        title="GET /courses/{id}",
        route="GET /api/v1/courses/{course}",
        goal=0.60,
        requests=lambda data: [request("GET", f"/courses/{i}") for i in data.course_ids],
        bare=same_bytes,
        usual=_course,
    ),
    Scenario(
        name="me",
        title="GET /users/me",
        route="GET /api/v1/users/me",
        goal=0.60,
        requests=gets("/users/me"),
        bare=_me,
        usual=_me,
    ),
    Scenario(
        name="my-courses",
        title="GET /enrollments/my-courses, 20 rows",
        route="GET /api/v1/enrollments/my-courses",
        goal=0.60,
        requests=gets("/enrollments/my-courses"),
        bare=_my_courses,
        usual=_my_courses,
    ),
    Scenario(
        name="learn",
        title="GET /courses/{id}/learn, 50 lessons",
        route="GET /api/v1/courses/{course_id}/learn",
        goal=0.50,
        requests=lambda data: gets(f"/courses/{data.long_course_id}/learn")(data),
        bare=_learn,
        usual=_learn,
    ),
    Scenario(
        name="complete",
        title="POST complete lesson",
        route="POST /api/v1/enrollments/{enrollment_id}/lessons/{lesson_id}/complete",
        goal=0.50,
        requests=lambda data: [
            request("POST", f"/enrollments/{s.enrollment_id}/lessons/{s.lesson_id}/complete", s)
            for s in data.students
        ],
        bare=_complete,
        usual=_complete,
    ),
    Scenario(
        name="autosave",
        title="PATCH answers (autosave)",
        route="PATCH /api/v1/attempts/{attempt_id}/answers",
        goal=0.50,
        requests=_saves,
        bare=_autosave,
        usual=_autosave,
    ),
)


def logins(data: Data) -> list[bytes]:
    """Signing in with the right password, each student in turn."""
    return [
        request("POST", "/auth/login", body={"email": s.email, "password": PASSWORD})
        for s in data.students
    ]
