"""The calls whose replies are the examples of the OpenAPI document."""

from typing import Any

import pyotp

from lms.core.jobs.claims import claim
from lms.core.jobs.tasks import TASKS, WorkerContext
from tests.auth.conftest import prove_address, set_up_mfa
from tests.contract.reads import READS
from tests.contract.world import Call, Maker, World, a_webhook, an_order
from tests.contract.writes import WRITES
from tests.events.settling import settle
from tests.people import PASSWORD

# Calls that no other walk over the routes makes, since they give secrets or end the session.
_SECRETS: dict[str, Maker] = {}


def _secret(name: str) -> Any:
    def declare(maker: Maker) -> Maker:
        method, path = name.split(" ")
        _SECRETS[f"{method} /api/v1{path}"] = maker
        return maker

    return declare


@_secret("POST /auth/register")
async def _register(world: World) -> Call:
    body = {"email": "new@example.com", "password": PASSWORD, "full_name": "Nora New"}
    return Call(None, "/auth/register", body)


@_secret("POST /auth/login")
async def _login(world: World) -> Call:
    return Call(None, "/auth/login", {"email": world.sam.email, "password": PASSWORD})


@_secret("POST /auth/mfa/login")
async def _mfa_login(world: World) -> Call:
    codes = await world.recovery_codes()
    body = {"email": world.sam.email, "password": PASSWORD}
    first = (await world.api.post("/auth/login", body)).data
    return Call(None, "/auth/mfa/login", {"mfa_token": first["mfa_token"], "code": codes[0]})


@_secret("POST /auth/refresh")
async def _refresh(world: World) -> Call:
    return Call(None, "/auth/refresh", {"refresh_token": world.sam.refresh_token})


@_secret("POST /auth/logout")
async def _logout(world: World) -> Call:
    return Call(world.sam, "/auth/logout", {"refresh_token": world.sam.refresh_token})


@_secret("POST /auth/logout-all")
async def _logout_all(world: World) -> Call:
    return Call(world.sam, "/auth/logout-all")


@_secret("POST /auth/mfa/setup")
async def _set_up(world: World) -> Call:
    await prove_address(world.api, world.sam)
    return Call(world.sam, "/auth/mfa/setup", {"password": PASSWORD})


@_secret("POST /auth/mfa/enable")
async def _enable(world: World) -> Call:
    secret = await set_up_mfa(world.api, world.sam)
    return Call(world.sam, "/auth/mfa/enable", {"code": pyotp.TOTP(secret).now()})


@_secret("POST /auth/mfa/recovery-codes")
async def _new_codes(world: World) -> Call:
    codes = await world.recovery_codes()
    body = {"password": PASSWORD, "code": codes[0]}
    return Call(world.sam, "/auth/mfa/recovery-codes", body)


@_secret("POST /webhooks")
async def _new_webhook(world: World) -> Call:
    body = {"url": "https://hooks.example.com/lms", "types": ["enrollment.completed"]}
    return Call(world.tara, "/webhooks", body)


@_secret("POST /webhooks/{webhook_id}/rotate-secret")
async def _rotate(world: World) -> Call:
    return Call(world.tara, f"/webhooks/{await a_webhook(world)}/rotate-secret")


async def _problems(world: World) -> Call:
    headers = {"Accept": "application/json"}
    return Call(None, "/problems", headers=headers, root=True)


async def _problem(world: World) -> Call:
    headers = {"Accept": "application/json"}
    return Call(None, "/problems/not_found", headers=headers, root=True)


async def _mails(world: World) -> Call:
    return Call(None, "/dev/mail.json", root=True)


def _after(write: str, name: str) -> tuple[str, Maker]:
    """A list that is read after something was written, so that its example is not empty."""
    name = f"GET /api/v1{name}"

    async def make(world: World) -> Call:
        before = await WRITES[f"{write.replace(' ', ' /api/v1', 1)}"](world)
        done = await world.ask(write.partition(" ")[0], before)
        assert done.status < 300, done.body
        return await READS[name](world)

    return name, make


async def _deliveries(world: World) -> Call:
    webhook = await a_webhook(world)
    await world.api.post(f"/webhooks/{webhook}/test", as_=world.tara)
    return Call(world.tara, f"/webhooks/{webhook}/deliveries")


async def _categories(world: World) -> Call:
    path = f"/courses/{world.course['id']}"
    await world.api.patch(path, {"category": "nature"}, as_=world.tara)
    return Call(None, "/courses/categories")


EXAMPLES: dict[str, Maker] = {
    **READS,
    **dict(
        (
            _after("POST /certificates/generate", "/certificates/my-certificates"),
            _after("PUT /courses/{course_id}/reviews", "/courses/{course_id}/reviews"),
            _after("POST /files/upload", "/files"),
            _after("POST /orders", "/orders"),
            _after("POST /attempts/{attempt_id}/submit", "/quizzes/{quiz_id}/attempts"),
            _after("POST /webhooks/{webhook_id}/test", "/webhooks"),
        )
    ),
    "GET /api/v1/webhooks/{webhook_id}/deliveries": _deliveries,
    "GET /api/v1/courses/categories": _categories,
    **WRITES,
    **_SECRETS,
    "GET /problems": _problems,
    "GET /problems/{code}": _problem,
    "GET /dev/mail.json": _mails,
}


async def happen(world: World, worker: WorkerContext) -> dict[str, Any]:
    """The body that a webhook is sent for each type of event, after all of them have happened."""
    api, course = world.api, world.course
    body = {"email": "new@example.com", "password": PASSWORD, "full_name": "Nora New"}
    await api.post("/auth/register", body)
    await api.patch(f"/courses/{course['id']}", {"title": "Bees and wasps"}, as_=world.tara)
    attempt = await world.submitted()
    essay = next(one for one in attempt["questions"] if one["type"] == "essay")
    grades = {"grades": [{"question_id": essay["id"], "points": 1}]}
    await api.post(f"/attempts/{attempt['id']}/grade", grades, as_=world.tara)
    order = f"/orders/{(await an_order(world))['id']}"
    await api.post(f"{order}/mark-paid", {"reference": "Bank transfer 4711"}, as_=world.ada)
    await api.post(f"{order}/refund", as_=world.ada)
    await api.delete(f"/quizzes/{world.quiz['id']}", as_=world.tara)
    await world.learn()
    review = {"rating": 5, "text": "Well explained."}
    await api.put(f"/courses/{course['id']}/reviews", review, as_=world.sam)
    await _draw(worker)
    mine = (await api.get("/certificates/my-certificates", as_=world.sam)).data
    reason = {"reason": "The name was misspelt."}
    again = await api.post(f"/certificates/{mine[0]['id']}/reissue", reason, as_=world.ada)
    await _draw(worker)
    await api.post(f"/certificates/{again.data['id']}/revoke", reason, as_=world.ada)
    left = await api.post("/enrollments", {"course_id": course["id"]}, as_=world.olly)
    await api.delete(f"/enrollments/{left.data['id']}", as_=world.olly)
    await api.post(f"/courses/{course['id']}/archive", as_=world.tara)
    await settle(api)
    found = (await api.get("/events?limit=100", as_=world.ada)).data
    return {
        event["type"]: {name: event[name] for name in ("type", "timestamp", "data")}
        for event in reversed(found)  # so that the first of each type stays
    }


async def _draw(worker: WorkerContext) -> None:
    """Make the certificates that are promised."""
    kinds = {task.kind: 9 for task in TASKS.values() if task.queue == "certificates"}
    for job in await claim(worker.db, "certificates", kinds, room=9, lease_seconds=60):
        await TASKS[job.kind].function(worker, job)
        if not job.finished:
            await job.finish(worker.db)
