"""What analytics must say, counted plainly: every row is read, and counted in Python."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg

from lms.analytics.periods import Periods

Json = dict[str, Any]


class Plain:
    """All base rows of a snapshot."""

    def __init__(self, tables: dict[str, list[Json]]) -> None:
        self.users = tables["users"]
        self.courses = tables["courses"]
        self.enrollments = tables["enrollments"]
        self.orders = tables["orders"]
        self.certificates = tables["certificates"]
        self.counters = {row["course_id"]: row for row in tables["course_counters"]}
        self.activity = tables["user_activity"]
        course_of = {row["id"]: row["course_id"] for row in tables["quizzes"]}
        self.attempts: dict[UUID, list[Json]] = defaultdict(list)
        for row in tables["attempts"]:
            if row["status"] != "in_progress":
                self.attempts[course_of[row["quiz_id"]]].append(row)
        self.outline: dict[UUID, list[UUID]] = defaultdict(list)
        for row in sorted(tables["lessons"], key=lambda row: row["position"] or 0):
            if row["removed_at"] is None:
                self.outline[row["course_id"]].append(row["id"])
        self.done: dict[UUID, set[UUID]] = defaultdict(set)
        for row in tables["lesson_progress"]:
            if row["completed_at"] is not None:
                self.done[row["enrollment_id"]].add(row["lesson_id"])

    @classmethod
    async def read(cls, db: asyncpg.Connection) -> "Plain":
        names = (
            "users", "courses", "enrollments", "orders", "certificates", "course_counters",
            "user_activity", "lessons", "lesson_progress", "quizzes", "attempts",
        )  # fmt: skip
        tables = {
            name: [dict(row) for row in await db.fetch(f"select * from {name}")] for name in names
        }
        return cls(tables)

    def of_course(self, course_id: UUID) -> list[Json]:
        return [row for row in self.enrollments if row["course_id"] == course_id]

    def course(self, course_id: UUID, periods: Periods, now: datetime) -> Json:
        rows = self.of_course(course_id)
        outline = self.outline[course_id]
        seconds = [
            (row["completed_at"] - row["enrolled_at"]) // timedelta(seconds=1)
            for row in rows
            if row["status"] == "completed"
        ]
        lessons = []
        before = {row["id"] for row in rows}
        for lesson_id in outline:
            completed = {row["id"] for row in rows if lesson_id in self.done[row["id"]]}
            lost = len(before - completed)
            lessons.append(
                {
                    "lesson_id": str(lesson_id),
                    "completed": len(completed),
                    "reached": len(before),
                    "drop_off_percent": share(lost, len(before)),
                }
            )
            before = completed
        at_risk = [
            row
            for row in rows
            if row["status"] == "active" and last_sign(row) < now - timedelta(days=14)
        ]
        counters = self.counters[course_id]
        return {
            "enrollments": by_status(rows),
            "completion_rate_percent": completion(rows),
            "quizzes": self.quizzes(course_id),
            "ratings": {
                "average": quotient(counters["rating_sum"], counters["rating_count"]),
                "count": counters["rating_count"],
            },
            "time_to_complete": {
                "mean_seconds": quotient(sum(seconds), len(seconds)),
                "median_seconds": median(seconds) if seconds else None,
            },
            "students_at_risk": {"count": len(at_risk)},
            "lessons": lessons,
            "enrollments_over_time": trend(rows, periods),
        }

    def quizzes(self, course_id: UUID) -> Json:
        best: dict[tuple[UUID, UUID], list[Json]] = defaultdict(list)
        for row in self.attempts[course_id]:
            if row["status"] == "graded":
                best[row["quiz_id"], row["student_id"]].append(row)
        scores = [max(row["score_percent"] for row in rows) for rows in best.values()]
        passed = [any(row["passed"] for row in rows) for rows in best.values()]
        return {
            "attempts": len(self.attempts[course_id]),
            "mean_score_percent": quotient(sum(scores), len(scores)),
            "pass_rate_percent": share(sum(passed), len(passed)),
        }

    def instructor(self, instructor_id: UUID, periods: Periods, now: datetime) -> Json:
        courses = [row for row in self.courses if row["instructor_id"] == instructor_id]
        ids = {row["id"] for row in courses}
        rows = [row for row in self.enrollments if row["course_id"] in ids]
        active = {row["student_id"] for row in rows if last_sign(row) >= now - timedelta(days=30)}
        progress = []
        for row in rows:
            outline = set(self.outline[row["course_id"]])
            if row["status"] == "completed":
                progress.append(100)
            elif row["status"] == "active":
                done = len(outline & self.done[row["id"]])
                progress.append(100 * done // len(outline) if outline else 0)
        ratings = [self.counters[course_id] for course_id in ids]
        count = sum(row["rating_count"] for row in ratings)
        return {
            "courses": self.course_counts(courses),
            "enrollments": by_status(rows),
            "active_students": len(active),
            "mean_progress_percent": quotient(sum(progress), len(progress)),
            "completion_rate_percent": completion(rows),
            "ratings": {
                "average": quotient(sum(row["rating_sum"] for row in ratings), count),
                "count": count,
            },
            "quizzes": [
                {"course_id": row["id"], **self.quizzes(row["id"])}
                for row in sorted(
                    courses, key=lambda row: (row["listed_at"], row["id"]), reverse=True
                )
            ],
            "revenue": revenue([row for row in self.orders if row["course_id"] in ids]),
            "enrollments_over_time": trend(rows, periods),
        }

    def system(self, now_hour: int) -> Json:
        roles = Counter(row["role"] for row in self.users)
        hours = [row["active_hour"] for row in self.activity]
        # One that was revoked before it was issued never was one.
        states = Counter(
            row["status"]
            for row in self.certificates
            if row["status"] != "revoked" or row["issued_at"] is not None
        )
        return {
            "users": {
                **{role: roles[role] for role in ("student", "instructor", "admin")},
                "total": len(self.users),
            },
            "active_users": {
                name: sum(hour > now_hour - days * 24 for hour in hours)
                for name, days in (("day", 1), ("week", 7), ("month", 30))
            },
            "courses": self.course_counts(self.courses),
            "enrollments": by_status(self.enrollments),
            "certificates": {name: states[name] for name in ("issued", "revoked")},
            "revenue": revenue(self.orders),
        }

    def course_counts(self, courses: list[Json]) -> Json:
        states = Counter(row["status"] for row in courses)
        return {
            "total": len(courses),
            **{name: states[name] for name in ("published", "draft", "archived")},
        }


def last_sign(row: Json) -> datetime:
    return max(row["enrolled_at"], row["last_accessed_at"] or row["enrolled_at"])


def quotient(part: int, whole: int) -> float | None:
    return float(round(Fraction(part) / whole, 2)) if whole else None


def share(part: int, whole: int) -> float | None:
    return quotient(100 * part, whole)


def by_status(rows: list[Json]) -> Json:
    states = Counter(row["status"] for row in rows)
    return {
        **{name: states[name] for name in ("active", "completed", "dropped")},
        "total": len(rows),
    }


def completion(rows: list[Json]) -> float | None:
    states = Counter(row["status"] for row in rows)
    return share(states["completed"], states["completed"] + states["active"])


def trend(rows: list[Json], periods: Periods) -> list[Json]:
    return [
        {"period": start, "count": sum(low <= row["enrolled_at"] < high for row in rows)}
        for start, low, high in zip(
            periods.starts, periods.bounds[:-1], periods.bounds[1:], strict=True
        )
    ]


def revenue(orders: list[Json]) -> list[Json]:
    found = []
    for currency in sorted({row["currency"] for row in orders if row["paid_at"]}):
        mine = [row for row in orders if row["currency"] == currency]
        gross = sum(row["amount"] for row in mine if row["paid_at"])
        back = sum(row["amount"] for row in mine if row["refunded_at"])
        found.append({"currency": currency, "gross": gross, "refunded": back, "net": gross - back})
    return found
