"""A lesson as its readers see it, and as all others see it."""

from typing import Any

from lms.lessons.queries import Lesson

_FOR_READERS = ("content", "video_url", "file_id", "file_url", "metadata")


def show_lesson(lesson: Lesson, reads: bool, *, previews: bool = True) -> dict[str, Any]:
    """A lesson for someone who may, or may not, read the course's lessons.

    `previews`: whether others may read the preview lessons, as while the course is published.
    """
    # Not all columns of a subclass, which says more for us than for readers.
    shown: dict[str, Any] = {field: getattr(lesson, field) for field in Lesson.__match_args__}
    shown["locked"] = not (reads or (previews and lesson.is_preview))
    if shown["locked"]:
        for field in _FOR_READERS:
            del shown[field]
    return shown
