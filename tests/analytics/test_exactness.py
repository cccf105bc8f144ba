"""After anything in any order, with folds at any moment, the figures are what counting gives."""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import hypothesis
from hypothesis import strategies as st

from lms.analytics import queries, views
from lms.analytics.folding import fold
from lms.analytics.periods import make_periods
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.courses import queries as courses
from lms.enrollments import progress
from lms.enrollments import queries as enrollments
from lms.errors import LMSError
from lms.lessons import queries as lessons
from lms.orders import paying
from lms.orders import queries as orders
from tests.analytics.plain import Plain, last_sign

_STEPS = 40


class Killed(Exception):
    """The worker died here."""


class World:
    """Three courses of two teachers, eight students, and what may happen to them."""

    def __init__(self, db: Pool, chance: random.Random) -> None:
        self.db, self.chance = db, chance
        self.teachers: list[Any] = []
        self.students: list[Any] = []
        self.courses: list[Any] = []

    async def make(self) -> None:
        async with begin(self.db) as db:
            for number in range(10):
                person = await db.fetchval(
                    "insert into users (email, email_key, full_name, role)"
                    " values ($1, $1, 'Somebody', $2) returning id",
                    f"p{number}@example.com",
                    "instructor" if number < 2 else "student",
                )
                (self.teachers if number < 2 else self.students).append(person)
            for number in range(3):
                course = await courses.create_course(
                    db, self.teachers[number % 2], {"title": f"Course {number}"}
                )
                await db.execute(
                    "update courses set price_amount = 1999, price_currency = $2 where id = $1",
                    course.id,
                    ("EUR", "USD", "JPY")[number],
                )
                self.courses.append(course.id)
                for _ in range(3):
                    await self._add_lesson(db, course.id)

    async def act(self, db: asyncpg.Connection) -> None:
        """One thing happens."""
        action: Callable[[asyncpg.Connection], Any] = self.chance.choice(
            [self.learn] * 6
            + [self.enroll] * 4
            + [self.backdate] * 2
            + [self.leave, self.add_lesson, self.remove_lesson, self.reorder, self.pay]
            + [self.refund, self.visit, self.status, self.role, self.erase, self.revoke]
            + [self.attempt] * 4
            + [self.mark] * 3
        )
        try:
            async with db.transaction():
                await action(db)
        except LMSError:
            pass  # it was not allowed, so nothing happened

    async def enroll(self, db: asyncpg.Connection) -> None:
        course, student = self.chance.choice(self.courses), self.chance.choice(self.students)
        await enrollments.lock_seats(db, course)
        admission = await enrollments.get_admission(db, course, student)
        if admission.enrollment_id is None:
            await enrollments.enroll(db, course, student)
        elif admission.enrollment_status == "dropped":
            await enrollments.return_to_course(db, admission.enrollment_id)

    async def _any(self, db: asyncpg.Connection) -> Any:
        rows = await db.fetch("select id, course_id from enrollments order by id")
        return self.chance.choice(rows) if rows else None

    async def learn(self, db: asyncpg.Connection) -> None:
        row = await self._any(db)
        lesson = row and await self._lesson(db, row["course_id"])
        if lesson:
            await enrollments.lock_enrollment(db, row["id"])
            await progress.complete_lesson(db, row["id"], lesson)

    async def _lesson(self, db: asyncpg.Connection, course: Any) -> Any:
        ids = [row["id"] for row in await db.fetch(
            "select id from current_lessons where course_id = $1 order by id", course
        )]  # fmt: skip
        return self.chance.choice(ids) if ids else None

    async def leave(self, db: asyncpg.Connection) -> None:
        row = await self._any(db)
        if row:
            await enrollments.lock_seats(db, row["course_id"])
            await db.execute(
                "with d as (update enrollments set status = 'dropped'"
                " where id = $1 and status = 'active' returning course_id)"
                " update course_counters n set enrollment_count = enrollment_count - 1"
                " from d where n.course_id = d.course_id",
                row["id"],
            )

    async def backdate(self, db: asyncpg.Connection) -> None:
        """It had happened at another time."""
        row = await self._any(db)
        if row:
            ago = timedelta(seconds=self.chance.randrange(0, 45 * 86400))
            await db.execute(
                "update enrollments set enrolled_at = enrolled_at - $2::interval,"
                " last_accessed_at = last_accessed_at - $2::interval * $3::float where id = $1",
                row["id"],
                ago,
                self.chance.random(),
            )

    async def _add_lesson(self, db: asyncpg.Connection, course: Any) -> None:
        await lessons.create_lesson(
            db, course, {"title": "A lesson", "content_type": "text", "content": "x"}
        )

    async def add_lesson(self, db: asyncpg.Connection) -> None:
        await self._add_lesson(db, self.chance.choice(self.courses))

    async def remove_lesson(self, db: asyncpg.Connection) -> None:
        course = self.chance.choice(self.courses)
        lesson = await self._lesson(db, course)
        if lesson:
            await db.execute(
                "with gone as (update lessons set removed_at = now(), position = null"
                " where id = $1 returning course_id)"
                " select 1 from gone",
                lesson,
            )

    async def reorder(self, db: asyncpg.Connection) -> None:
        course = self.chance.choice(self.courses)
        rows = await db.fetch("select id from current_lessons where course_id = $1", course)
        ids = [row["id"] for row in rows]
        self.chance.shuffle(ids)
        await db.execute(
            "update lessons l set position = n.position"
            " from unnest($1::uuid[]) with ordinality as n (id, position) where l.id = n.id",
            ids,
        )

    async def pay(self, db: asyncpg.Connection) -> None:
        course, student = self.chance.choice(self.courses), self.chance.choice(self.students)
        offer = await orders.get_offer(db, course, student)
        order = offer.order_id or await orders.create_order(db, course, student, provider="manual")
        if self.chance.random() < 0.8:
            await paying.pay(db, order, "cash")

    async def refund(self, db: asyncpg.Connection) -> None:
        rows = await db.fetch("select id from orders where status = 'paid' order by id")
        if rows:
            await paying.refund(
                db, self.chance.choice(rows)["id"], actor_id=self.chance.choice(self.teachers)
            )

    async def visit(self, db: asyncpg.Connection) -> None:
        hour = views.hour_now() - self.chance.randrange(0, 40 * 24)
        await queries.note_activity(db, self.chance.sample(self.students, 3), hour)

    async def status(self, db: asyncpg.Connection) -> None:
        status = self.chance.choice(["draft", "published", "archived"])
        await courses.set_status(db, self.chance.choice(self.courses), status)

    async def role(self, db: asyncpg.Connection) -> None:
        role = self.chance.choice(["student", "instructor", "admin"])
        await db.execute(
            "update users set role = $2 where id = $1", self.chance.choice(self.students), role
        )

    async def erase(self, db: asyncpg.Connection) -> None:
        """Everything that a student did is gone, as after a privacy request."""
        if self.chance.random() < 0.3:
            row = await self._any(db)
            if row:
                await db.execute("delete from certificates where enrollment_id = $1", row["id"])
                await db.execute("delete from attempts where enrollment_id = $1", row["id"])
                await db.execute("delete from enrollments where id = $1", row["id"])

    async def attempt(self, db: asyncpg.Connection) -> None:
        """Somebody closes an attempt; a machine marks it, or it waits for a person."""
        row = await self._any(db)
        if row:
            quiz = await db.fetchval(
                "select id from quizzes where course_id = $1", row["course_id"]
            ) or await db.fetchval(
                "insert into quizzes (course_id, title) values ($1, 'Q') returning id",
                row["course_id"],
            )
            attempt = await db.fetchval(
                "insert into attempts (quiz_id, student_id, enrollment_id, number, passing_score,"
                " max_points) select $1, e.student_id, e.id, 1 + count(a.id), 70, 10"
                " from enrollments e left join attempts a"
                " on a.student_id = e.student_id and a.quiz_id = $1"
                " where e.id = $2 group by e.id returning id",
                quiz,
                row["id"],
            )
            waits = self.chance.random() < 0.3
            await self._close(db, attempt, None if waits else self.chance.randrange(0, 10001))

    async def mark(self, db: asyncpg.Connection) -> None:
        """A person marks, or marks again."""
        rows = await db.fetch("select id from attempts order by id")
        if rows:
            await self._close(db, self.chance.choice(rows)["id"], self.chance.randrange(0, 10001))

    async def _close(self, db: asyncpg.Connection, attempt: Any, score: int | None) -> None:
        await db.execute(
            "update attempts set finished_at = coalesce(finished_at, now()),"
            " closed_by = coalesce(closed_by, 'student'),"
            " status = case when $2::int is null then 'needs_marking' else 'graded' end,"
            " points = $2::numeric / 1000, score_percent = $2::numeric / 100,"
            " passed = $2::numeric / 100 >= passing_score where id = $1",
            attempt,
            score,
        )

    async def revoke(self, db: asyncpg.Connection) -> None:
        """A certificate is issued or, before it was or after, revoked."""
        status = self.chance.choice(["issued", "revoked"])
        await db.execute(
            "update certificates set status = $1, storage_key = 'certificates/made.pdf',"
            " issued_at = case when $1 = 'issued' then now() else issued_at end where id ="
            " (select id from certificates where status in ('pending', 'issued')"
            " order by status <> $2 limit 1)",
            status,
            self.chance.choice(["pending", "issued"]),
        )

    async def fold(self) -> None:
        """A fold: to its end, or killed somewhere, or while somebody is in a transaction."""
        dies_at = self.chance.randrange(30)
        seen = 0
        is_late = self.chance.random() < 0.4

        async def pause(step: str) -> None:
            nonlocal seen
            seen += 1
            if seen == dies_at:
                raise Killed
            # Not both at once: the one would wait for the other, which waits for the fold.
            if seen == 3 and not is_late and self.chance.random() < 0.3:
                async with begin(self.db) as other:
                    await self.act(other)

        async with self.db.acquire() as late:
            transaction = None
            if is_late:
                transaction = late.transaction()
                await transaction.start()
                await self.act(late)
            try:
                await fold(self.db, from_scratch=self.chance.random() < 0.1, pause=pause)
            except Killed:
                pass
            finally:
                if transaction is not None:
                    await (
                        transaction.commit()
                        if self.chance.random() < 0.8
                        else transaction.rollback()
                    )

    async def check(self) -> None:
        """Every figure of every view is what counting the rows gives, in one snapshot."""
        zone = ZoneInfo(self.chance.choice(["Asia/Kathmandu", "Europe/Berlin", "UTC"]))
        periods = make_periods(None, None, "day", zone, now=datetime.now(UTC))
        async with views.snapshot(self.db) as db:
            plain = await Plain.read(db)
            shown = await views.system_view(db)
            expected = plain.system(views.hour_now())
            assert {name: shown[name] for name in expected} == expected
            now = self._moment(plain)
            for teacher in self.teachers:
                shown = await views.instructor_view(db, teacher, periods, now)
                expected = plain.instructor(teacher, periods, now)
                assert {name: shown[name] for name in expected} == expected
            for course_id in self.courses:
                course = await views.read_course(db, course_id, periods, now)
                shown = views.course_view(course, periods)
                assert shown == plain.course(course_id, periods, now)

    def _moment(self, plain: Plain) -> datetime:
        """Now, or when somebody's last sign of life is at the edge of what counts as recent."""
        if not plain.enrollments or self.chance.random() < 0.3:
            return datetime.now(UTC)
        edge = last_sign(self.chance.choice(plain.enrollments))
        span = self.chance.choice([views.AT_RISK, views.ACTIVE])
        return edge + span + timedelta(microseconds=self.chance.randrange(-1, 2))


_EMPTY = (
    "figures.figures, figures.figure_buckets, figures.figure_changes, figures.enrollment_changes,"
    " figures.lesson_changes, figures.outline_changes, figures.course_outlines,"
    " figures.taught_students, figures.best_scores, user_activity, study_time, attempts, quizzes,"
    " events, orders, certificates, jobs,"
    " lesson_progress, enrollments, lessons, course_counters, courses, sessions, users"
)


async def _story(db: Pool, seed: int) -> None:
    async with db.acquire() as connection:
        await connection.execute("set session_replication_role = replica")
        for table in _EMPTY.split(","):
            await connection.execute(f"delete from {table}")
        await connection.execute("set session_replication_role = origin")
    world = World(db, random.Random(seed))
    await world.make()
    for _ in range(_STEPS):
        roll = world.chance.random()
        if roll < 0.12:
            await world.fold()
        elif roll < 0.2:
            await world.check()
        else:
            async with begin(db) as connection:
                await world.act(connection)
    await world.check()
    await fold(db)
    await world.check()


async def test_every_figure_equals_a_plain_count_after_random_changes(db: Pool) -> None:
    loop = asyncio.get_running_loop()

    # Nothing is won by shrinking the seed of a story.
    @hypothesis.given(st.integers(0, 2**32))
    @hypothesis.settings(
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.reuse, hypothesis.Phase.generate),
    )
    def explore(seed: int) -> None:
        asyncio.run_coroutine_threadsafe(_story(db, seed), loop).result()

    await asyncio.to_thread(explore)
