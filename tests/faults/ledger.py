"""Traffic that notes every write that was acknowledged, and asks for each of them afterwards."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.api import Api, Response
from tests.files.forms import BOUNDARY, form
from tests.files.samples import GOOD
from tests.people import PASSWORD

_PAUSE_SECONDS = 0.2  # before somebody who was refused asks again
_FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


@dataclass
class Journey:
    """One student: what the site has told them that it did."""

    number: int
    token: str = ""
    bio: str = ""
    enrollment: str = ""
    is_completed: bool = False
    file: str = ""

    @property
    def email(self) -> str:
        return f"student{self.number}@example.com"

    @property
    def content(self) -> bytes:
        """What they upload; no two upload the same."""
        return GOOD["a.mp4"][0] + f"{self.number}".encode()


@dataclass
class Ledger:
    """Every acknowledged write, and how everything else was answered."""

    api: Api
    course: Any
    lesson: Any
    journeys: list[Journey] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """One journey after the other. What fails once is asked for again, as people do."""
        while not stop.is_set():
            journey = Journey(len(self.journeys) + 1)
            self.journeys.append(journey)
            await self._travel(journey, stop)

    async def _travel(self, journey: Journey, stop: asyncio.Event) -> None:
        body = {"email": journey.email, "password": PASSWORD, "full_name": "Sam Student"}
        made = await self._write("POST", "/auth/register", json=body)
        if made is None:
            await asyncio.sleep(_PAUSE_SECONDS)
            return
        journey.token = made.data["tokens"]["access_token"]
        bio = f"I am number {journey.number}"
        if await self._until(stop, "PATCH", "/users/me", json={"bio": bio}, token=journey.token):
            journey.bio = bio
        place = {"course_id": self.course["id"]}
        key = {"Idempotency-Key": f"enrol-{journey.number}"}
        enrolled = await self._until(
            stop, "POST", "/enrollments", json=place, headers=key, token=journey.token
        )
        if enrolled is not None:
            journey.enrollment = enrolled.data["id"]
            path = f"/enrollments/{journey.enrollment}/lessons/{self.lesson['id']}/complete"
            done = await self._until(stop, "POST", path, token=journey.token)
            journey.is_completed = done is not None
        key = _FORM | {"Idempotency-Key": f"upload-{journey.number}"}
        data = form(journey.content, "film.mp4")
        stored = await self._until(
            stop, "POST", "/files/upload", data=data, headers=key, token=journey.token
        )
        if stored is not None:
            journey.file = stored.data["id"]

    async def _until(self, stop: asyncio.Event, method: str, path: str, **asked: Any) -> Any:
        """The reply that acknowledges the write; None if the drill ended before."""
        while not stop.is_set():
            if (reply := await self._write(method, path, **asked)) is not None:
                return reply
            await asyncio.sleep(_PAUSE_SECONDS)
        return None

    async def _write(self, method: str, path: str, **asked: Any) -> Response | None:
        began = asyncio.get_running_loop().time()
        try:
            reply = await self.api.request(method, path, check=False, **asked)
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            self.answers[type(error).__name__] += 1
            return None
        finally:
            self.slowest = max(self.slowest, asyncio.get_running_loop().time() - began)
        is_done = reply.status < 300
        self.answers[f"{reply.status}" if is_done else f"{reply.status} {reply.code}"] += 1
        return reply if is_done else None

    async def account(self) -> Counter[str]:
        """How many acknowledged writes there are of each kind, having found every one of them."""
        found: Counter[str] = Counter()
        for journey in self.journeys:
            if not journey.token:
                continue
            login = {"email": journey.email, "password": PASSWORD}
            me = (await self.api.post("/auth/login", login)).data
            token = me["tokens"]["access_token"]
            found["accounts"] += 1
            if journey.bio:
                user = (await self.api.get("/users/me", token=token)).data
                assert user["bio"] == journey.bio, journey
                found["profiles"] += 1
            if journey.enrollment:
                courses = (await self.api.get("/enrollments/my-courses", token=token)).data
                mine = {one["id"]: one for one in courses}
                assert journey.enrollment in mine, journey
                found["enrolments"] += 1
            if journey.is_completed:
                assert mine[journey.enrollment]["status"] == "completed", journey
                got = (await self.api.get("/certificates/my-certificates", token=token)).data
                assert [one["status"] for one in got] == ["issued"], journey
                found["completions"] += 1
            if journey.file:
                path = f"/files/{journey.file}/download"
                assert (await self.api.get(path, token=token)).body == journey.content, journey
                found["files"] += 1
        return found


@contextlib.asynccontextmanager
async def under_traffic(ledger: Ledger, clients: int) -> Any:
    """So many clients travel while this lasts; their journeys are ended before it returns."""
    stop = asyncio.Event()
    running = [asyncio.create_task(ledger.run(stop)) for _ in range(clients)]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*running)
