"""One of everything: people, a course, a quiz, and what else a call may need to be there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pyotp
from aiohttp import web

from lms.auth.mailed_tokens import create_token, derive_token
from lms.core.db.transactions import begin
from lms.core.http.request import POOL, SETTINGS
from lms.core.storage import STORAGE
from tests.api import Api, Response
from tests.attempts.casts import ESSAY, TRUE_FALSE, make_quiz
from tests.auth.conftest import set_up_mfa
from tests.factories import enroll, make_course, make_open_course
from tests.files.forms import form, upload
from tests.files.samples import image
from tests.people import PASSWORD, Cast, Person

NOWHERE = "00000000-0000-7000-8000-000000000000"


@dataclass
class Call:
    """A request that succeeds. `path` is below /api/v1 unless it is `root`."""

    person: Person | None
    path: str
    body: Any = None  # sent as JSON, unless there is `content`
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    root: bool = False

    def with_unknown_field(self) -> "Call":
        """The same, and what no schema knows."""
        if self.content is None:
            return replace(self, body={**(self.body or {}), "nobody_knows_this": 1})
        return replace(self, content=form(fields={"nobody_knows_this": "1"}))


@dataclass
class World:
    """Tara's course with Sam in it; Theo teaches elsewhere, Olly is in nothing, Ada administers."""

    app: web.Application
    api: Api
    tara: Person
    theo: Person
    sam: Person
    olly: Person
    ada: Person
    course: Any
    lessons: list[Any]
    draft: Any
    place: Any
    quiz: Any
    questions: list[Any]

    async def ask(self, method: str, call: Call, **options: Any) -> Response:
        """Send a call as it is."""
        if call.content is not None:
            options["data"] = call.content
        else:
            options["json"] = call.body
        options["headers"] = {**call.headers, **options.get("headers", {})}
        return await self.api.request(method, call.path, as_=call.person, root=call.root, **options)

    async def token(self, kind: Any, person: Person) -> str:
        """A mailed token, as the mail would bring it."""
        settings = self.app[SETTINGS]
        async with begin(self.app[POOL]) as db:
            token_id = await create_token(
                db, settings, kind, user_id=person.id, address=person.email
            )
            token = await derive_token(db, settings, token_id)
        assert token is not None
        return token

    async def attempt(self) -> Any:
        """Sam's open attempt."""
        reply = await self.api.post(f"/quizzes/{self.quiz['id']}/attempts", as_=self.sam)
        return reply.data

    async def submitted(self) -> Any:
        attempt = await self.attempt()
        return (await self.api.post(f"/attempts/{attempt['id']}/submit", {}, as_=self.sam)).data

    async def learn(self) -> None:
        """Sam completes the course."""
        for lesson in self.lessons:
            path = f"/enrollments/{self.place['id']}/lessons/{lesson['id']}/complete"
            await self.api.post(path, as_=self.sam)

    async def issue(self, certificate_id: str) -> None:
        """What the worker does, with a document that stands for the real one."""
        key = f"certificates/{certificate_id}.pdf"
        await self.app[STORAGE].put(key, b"%PDF-1.7")
        async with begin(self.app[POOL]) as db:
            await db.execute(
                "update certificates set status = 'issued', issued_at = now(), storage_key = $2 "
                "where id = $1::text::uuid",
                certificate_id,
                key,
            )

    async def session(self) -> str:
        """Another session of Sam's."""
        body = {"email": self.sam.email, "password": PASSWORD}
        await self.api.post("/auth/login", body)
        sessions = (await self.api.get("/auth/sessions", as_=self.sam)).data
        return str(next(one["id"] for one in sessions if not one["current"]))

    async def recovery_codes(self) -> list[str]:
        secret = await set_up_mfa(self.api, self.sam)
        code = pyotp.TOTP(secret).now()
        reply = await self.api.post("/auth/mfa/enable", {"code": code}, as_=self.sam)
        return list(reply.data["recovery_codes"])


async def make_world(app: web.Application, api: Api, cast: Cast) -> World:
    tara = await cast.person("Tara Teacher", role="instructor")
    theo = await cast.person("Theo Teacher", role="instructor")
    sam, olly = await cast.person("Sam Student"), await cast.person("Olly Outsider")
    ada = await cast.person("Ada Admin", role="admin")
    course, lessons = await make_open_course(api, tara)
    draft = await make_course(api, tara, title="A draft")
    quiz, questions = await make_quiz(api, tara, course, TRUE_FALSE, ESSAY, time_limit_minutes=600)
    place = await enroll(api, sam, course)
    return World(
        app, api, tara, theo, sam, olly, ada, course, lessons, draft, place, quiz, questions
    )


Maker = Callable[[World], Awaitable[Call]]


async def an_order(world: World) -> Any:
    """Sam's unpaid order."""
    price = {"amount": 1999, "currency": "USD"}
    course, _ = await make_open_course(world.api, world.tara, title="For money", price=price)
    body = {"course_id": course["id"]}
    return (await world.api.post("/orders", body, as_=world.sam)).data


async def a_webhook(world: World) -> str:
    """The id of a webhook of Tara's."""
    body = {"url": "https://receiver.example.com/hook", "types": ["course.published"]}
    return str((await world.api.post("/webhooks", body, as_=world.tara)).data["id"])


async def a_file(world: World) -> str:
    """A picture of Tara's that nothing shows."""
    file = await upload(world.api, world.tara, image(), "red.png")
    return str(file["id"])


async def a_job(world: World) -> str:
    """A bulk enrolment that no worker has begun."""
    path = f"/courses/{world.course['id']}/enrollments/bulk"
    reply = await world.api.post(path, {"emails": ["one@example.com"]}, as_=world.tara)
    return str(reply.data["id"])
