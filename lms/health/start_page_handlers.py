"""The page at `/`, for developers: which servers run, and where to look. Not in production."""

from dataclasses import dataclass

from aiohttp import web

from lms.core.db.transactions import AWAY
from lms.core.http.pages import render_page
from lms.core.http.request import REDIS, pool
from lms.core.http.routing import Routes
from lms.core.jobs.queries import QueueDepth, count_jobs
from lms.users.demo import DEMO_LOGINS, DEMO_PASSWORD
from lms.users.queries import count_demo_logins

routes = Routes("Development", prefix="")

_LINKS = {
    "/docs": "every operation, to read and to try",
    "/openapi.json": "the same, for programs",
    "/problems": "every error code",
    "/dev/mail": "the mails that would have been sent",
    "/metrics": "what Prometheus reads",
    "/api/v1/ready": "whether everything that we need is there",
}


@dataclass(frozen=True, slots=True)
class State:
    good: bool
    text: str


@routes.get("/", raw=True, media_types=("text/html",))
async def show_start_page(request: web.Request) -> web.Response:
    """A page that says what runs and where to look; outside production only."""
    logins = {}
    try:
        if await count_demo_logins(pool(request), list(DEMO_LOGINS)):
            logins = DEMO_LOGINS
        queues = await count_jobs(pool(request))
        database = State(True, "answers")
    except AWAY:
        queues, database = [], State(False, "is away")
    answered = await request.app[REDIS].try_call(lambda client: client.ping())
    states = {
        "PostgreSQL": database,
        "Redis": State(True, "answers") if answered else State(False, "is away; we go on without"),
        **{f"Queue {queue.queue}": _show(queue) for queue in queues},
    }
    context = {"states": states, "links": _LINKS, "logins": logins, "password": DEMO_PASSWORD}
    return render_page(request, "health/start.html", context)


def _show(queue: QueueDepth) -> State:
    text = f"{queue.depth} waiting, {queue.running} running"
    if queue.dead:
        return State(False, f"{text}, {queue.dead} dead: see bin/jobs list --dead")
    return State(True, text)
