"""What learning should come to, in plain Python: no SQL, no counters, everything recounted.

Times are the RFC 3339 texts of the API, which compare like the times they stand for.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Lesson:
    id: str
    quiz_id: str | None = None

    @property
    def is_quiz(self) -> bool:
        return self.quiz_id is not None


@dataclass
class Enrollment:
    id: str
    status: str = "active"
    done: set[str] = field(default_factory=set)  # of lessons that are gone, too
    worked: dict[str, str] = field(default_factory=dict)  # lesson id → when last
    seen_events: set[str] = field(default_factory=set)


@dataclass
class Course:
    lessons: list[Lesson] = field(default_factory=list)
    enrollments: dict[int, Enrollment] = field(default_factory=dict)  # by student

    @property
    def places_taken(self) -> int:
        return sum(e.status != "dropped" for e in self.enrollments.values())

    def lesson(self, lesson_id: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)

    def work(self, enrollment: Enrollment, lesson_id: str, at: str, *, done: bool) -> None:
        """Something happened in a lesson of the course."""
        enrollment.worked[lesson_id] = max(at, enrollment.worked.get(lesson_id, ""))
        if done:
            enrollment.done.add(lesson_id)

    def complete_if_done(self, enrollment: Enrollment) -> None:
        if enrollment.status == "active" and self.lessons and not self._left(enrollment):
            enrollment.status = "completed"

    def expected(self, enrollment: Enrollment) -> dict[str, Any]:
        """What the API must show of an enrolment."""
        total, left = len(self.lessons), self._left(enrollment)
        done = total - len(left)
        percent = 100 * done // total if total else 0
        return {
            "status": enrollment.status,
            "progress_percent": 100 if enrollment.status == "completed" else percent,
            "completed_lessons": done,
            "total_lessons": total,
            "resume_lesson_id": self._resume(enrollment, left),
        }

    def _left(self, enrollment: Enrollment) -> list[str]:
        return [lesson.id for lesson in self.lessons if lesson.id not in enrollment.done]

    def _resume(self, enrollment: Enrollment, left: list[str]) -> str | None:
        order = [lesson.id for lesson in self.lessons]
        worked = [(at, lesson_id) for lesson_id, at in enrollment.worked.items()]
        present = [pair for pair in worked if pair[1] in order]
        start = order.index(max(present)[1]) if present else 0
        after = [lesson_id for lesson_id in order[start:] if lesson_id in left]
        return next(iter(after), next(iter(left), None))
