"""Whatever students and a teacher do, in any order, every enrolment is what the model says."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lms.core.db.pool import Pool
from tests.api import Api
from tests.enrollments.conftest import attach_quiz, attempt_quiz
from tests.enrollments.model import Course, Enrollment, Lesson
from tests.factories import make_lesson, make_open_course
from tests.people import Cast, Person
from tests.work import Work

students = st.integers(0, 2)
places = st.integers(0, 7)
CAPACITY = 2


class World:
    """What the machine acts on; made once, with a new course for every run."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, api: Api, db: Pool, work: Work, people: list[Person]
    ) -> None:
        self.loop, self.api, self.db, self.work = loop, api, db, work
        self.tara, *self.students = people

    def run(self, story: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(story)  # type: ignore[arg-type]


def machine_of(world: World) -> type[RuleBasedStateMachine]:
    class Learning(RuleBasedStateMachine):
        @initialize(lessons=st.integers(1, 3))
        def start(self, lessons: int) -> None:
            course, made = world.run(
                make_open_course(world.api, world.tara, lessons=lessons, capacity=CAPACITY)
            )
            self.course_id = course["id"]
            self.model = Course([Lesson(lesson["id"]) for lesson in made])
            self.is_published = True

        # What students do

        @rule(student=students)
        def enroll(self, student: int) -> None:
            known = self.model.enrollments.get(student)
            reply = self.call("POST", "/enrollments", student, {"course_id": self.course_id})
            if known is not None and known.status != "dropped":
                assert reply.status == 200
            elif not self.is_published:
                expected = (404, "not_found") if known is None else (409, "course_not_open")
                assert (reply.status, reply.code) == expected
            elif self.model.places_taken >= CAPACITY:
                assert (reply.status, reply.code) == (409, "course_full")
            elif known is None:
                assert reply.status == 201
                self.model.enrollments[student] = Enrollment(reply.data["id"])
            else:
                assert (reply.status, reply.data["id"]) == (200, known.id)
                known.status = "active"
                self.model.complete_if_done(known)

        @rule(student=students)
        def drop(self, student: int) -> None:
            mine = self.model.enrollments.get(student)
            if mine is None:
                return
            reply = self.call("DELETE", f"/enrollments/{mine.id}", student)
            assert reply.status == (409 if mine.status == "completed" else 204)
            if mine.status == "active":
                mine.status = "dropped"

        @rule(student=students, place=places)
        def complete(self, student: int, place: int) -> None:
            mine, lesson = self.pick(student, place)
            if mine is None or lesson is None:
                return
            path = f"/enrollments/{mine.id}/lessons/{lesson.id}/complete"
            reply = self.call("POST", path, student)
            if mine.status == "dropped":
                assert reply.code == "enrollment_dropped"
            elif lesson.is_quiz and lesson.id not in mine.done:
                assert reply.code == "quiz_not_passed"
            else:
                if lesson.id not in mine.done:
                    at = reply.data["progress"]["completed_at"]
                    self.model.work(mine, lesson.id, at, done=True)
                self.model.complete_if_done(mine)

        @rule(student=students, place=places)
        def pass_quiz(self, student: int, place: int) -> None:
            mine, lesson = self.pick(student, place)
            if mine is None or lesson is None or mine.status == "dropped" or not lesson.is_quiz:
                return

            world.run(attempt_quiz(world.db, mine.id, lesson.quiz_id, 90))
            if lesson.id not in mine.done:
                shown = {x["lesson_id"]: x for x in self.show(student)["lessons"]}
                self.model.work(mine, lesson.id, shown[lesson.id]["completed_at"], done=True)
            self.model.complete_if_done(mine)

        @rule(student=students, place=places)
        def report(self, student: int, place: int) -> None:
            mine, lesson = self.pick(student, place)
            if mine is None or lesson is None or mine.status == "dropped":
                return
            path = f"/enrollments/{mine.id}/lessons/{lesson.id}/progress"
            reply = self.call("PATCH", path, student, {"last_position_seconds": place})
            at = reply.data["enrollment"]["last_accessed_at"]
            self.model.work(mine, lesson.id, at, done=False)

        @rule(
            student=students,
            events=st.lists(
                st.tuples(places, st.booleans(), st.integers(-5, 5), st.booleans()),
                min_size=1, max_size=6,
            ),
        )  # fmt: skip
        def send_batch(self, student: int, events: list[tuple[int, bool, int, bool]]) -> None:
            mine = self.model.enrollments.get(student)
            if mine is None or mine.status == "dropped":
                return
            enrolled_at = self.show(student)["enrolled_at"]
            sent = []
            for place, is_completed, seconds, again in events:
                lesson = self.pick(student, place)[1]
                at = datetime.fromisoformat(enrolled_at) + timedelta(seconds=seconds / 1000)
                event = {
                    "id": str(uuid4()),
                    "lesson_id": lesson.id if lesson else str(uuid4()),
                    "type": "completed" if is_completed else "progress",
                    "occurred_at": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                }
                sent += [event, event] if again else [event]
            reply = self.call("POST", f"/enrollments/{mine.id}/progress/batch", student,
                              {"events": sent})  # fmt: skip
            were_done = set(mine.done)
            for event, result in zip(sent, reply.data["results"], strict=True):
                lesson = self.model.lesson(event["lesson_id"])
                completes = event["type"] == "completed"
                if lesson is None or (completes and lesson.is_quiz and lesson.id not in were_done):
                    assert result["status"] == "refused"
                elif event["id"] in mine.seen_events:
                    assert result["status"] == "duplicate"
                else:
                    assert result["status"] == "counted"
                    mine.seen_events.add(event["id"])
                    at = max(event["occurred_at"], enrolled_at)
                    self.model.work(mine, lesson.id, at, done=completes)
            if any(event["type"] == "completed" for event in sent):
                self.model.complete_if_done(mine)

        # What the teacher does

        @precondition(lambda self: len(self.model.lessons) < 6)
        @rule(is_quiz=st.booleans())
        def add_lesson(self, is_quiz: bool) -> None:
            async def add() -> Any:
                made = await make_lesson(world.api, world.tara, {"id": self.course_id}, title="New")
                return made, await attach_quiz(world.db, made) if is_quiz else None

            made, quiz_id = self.edit(add)
            self.model.lessons.append(Lesson(made["id"], quiz_id))

        @rule(place=places)
        def remove_lesson(self, place: int) -> None:
            if not self.model.lessons:
                return
            lesson = self.model.lessons[place % len(self.model.lessons)]
            self.edit(lambda: world.api.delete(f"/lessons/{lesson.id}", as_=world.tara))
            self.model.lessons.remove(lesson)

        @rule(shuffled=st.permutations(range(6)))
        def reorder(self, shuffled: list[int]) -> None:
            if not self.model.lessons:
                return
            order = [n for n in shuffled if n < len(self.model.lessons)]
            self.model.lessons = [self.model.lessons[n] for n in order]
            body = {"course_id": self.course_id, "lesson_ids": [x.id for x in self.model.lessons]}
            reply = self.edit(lambda: world.api.patch("/lessons/reorder", body, as_=world.tara))
            assert reply.status == 200

        @rule(is_published=st.booleans())
        def publish(self, is_published: bool) -> None:
            self.is_published = is_published
            world.run(self.set_status("published" if is_published else "draft"))

        # What the worker does

        @rule()
        def work(self) -> None:
            if world.run(world.work()):
                for enrollment in self.model.enrollments.values():
                    self.model.complete_if_done(enrollment)

        @invariant()
        def every_enrolment_is_as_the_model_says(self) -> None:
            for student, enrollment in getattr(self, "model", Course()).enrollments.items():
                shown = self.show(student)
                expected = self.model.expected(enrollment)
                assert {name: shown[name] for name in expected} == expected
                present = {lesson.id for lesson in self.model.lessons}
                done = {x["lesson_id"] for x in shown["lessons"] if x["status"] == "completed"}
                assert done == enrollment.done & present
                assert {x["lesson_id"] for x in shown["lessons"]} == present

        # Helpers

        def call(self, method: str, path: str, student: int, body: Any = None) -> Any:
            who = world.students[student]
            return world.run(world.api.request(method, path, as_=who, json=body))

        def show(self, student: int) -> Any:
            mine = self.model.enrollments[student]
            return self.call("GET", f"/enrollments/{mine.id}", student).data

        def pick(self, student: int, place: int) -> tuple[Enrollment | None, Lesson | None]:
            lessons = self.model.lessons
            lesson = lessons[place % len(lessons)] if lessons else None
            return self.model.enrollments.get(student), lesson

        def edit(self, change: Callable[[], Awaitable[Any]]) -> Any:
            """As a draft, since a published course keeps what it needs to be one."""

            async def story() -> Any:
                await self.set_status("draft")
                result = await change()
                await self.set_status("published" if self.is_published else "draft")
                return result

            return world.run(story())

        async def set_status(self, status: str) -> None:
            await self.sql("update courses set status = $2 where id = $1", self.course_id, status)

        async def sql(self, statement: str, *args: Any) -> None:
            async with world.db.acquire() as connection:
                await connection.execute(statement, *args)

    return Learning


@pytest.fixture
async def world(api: Api, db: Pool, cast: Cast, work: Work) -> World:
    people = [await cast.person("Tara Teacher", role="instructor")]
    people += [await cast.person(f"S{n} Student") for n in range(3)]
    return World(asyncio.get_running_loop(), api, db, work, people)


def _settings(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_random_learning_histories_match_the_model(world: World) -> None:
    run_state_machine_as_test(machine_of(world), settings=_settings(12, 25))


@pytest.mark.slow
def test_long_random_learning_histories_match_the_model(world: World) -> None:
    run_state_machine_as_test(machine_of(world), settings=_settings(150, 60))
