"""A course's figures as a PDF of charts.

    pdf = render_report(CourseReport(title="Géométrie", ...))

Text goes through the typesetting of certificates, so a title in any script prints right. A series
is drawn in one hue with thin lines and few labels, so that its shape stands out.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFString
from reportlab.pdfgen.canvas import Canvas

from lms.certificates.pdf_fonts import FontWriter
from lms.certificates.typesetting import Fit, printable, typeset

_INK, _QUIET, _LINE = HexColor("#22262E"), HexColor("#5E646E"), HexColor("#D9DCE1")
_BLUE, _PALE, _AMBER = HexColor("#2F5D9B"), HexColor("#C9D8EC"), HexColor("#C77F2B")
_WIDTH, _HEIGHT = A4
_LEFT, _RIGHT, _BOTTOM, _TOP = 50.0, A4[0] - 50.0, 60.0, A4[1] - 50.0
_ROW = 27.0  # points for a lesson


# Reportlab doesn't promise to be safe for threads.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseReport:
    """What is drawn. `days` are the first days of the periods; `view` is the course view."""

    title: str
    language: str
    site_name: str
    made_at: datetime
    interval: str
    days: Sequence[date]
    lesson_titles: Sequence[str]
    view: dict[str, Any]


def render_report(report: CourseReport) -> bytes:
    """The report's PDF: an overview, then the lessons on as many pages as they need."""
    with _one_at_a_time:
        return _Report(report).render()


class _Report:
    def __init__(self, report: CourseReport) -> None:
        self._report, self._view = report, report.view
        self._output = BytesIO()
        self._canvas: Any = Canvas(self._output, pagesize=A4, pageCompression=1, invariant=1)
        self._fonts = FontWriter(self._canvas)
        self._page = 0

    def render(self) -> bytes:
        canvas, report = self._canvas, self._report
        canvas.setTitle(f"{printable(report.title)}: report")
        canvas.setAuthor(printable(report.site_name))
        canvas.setCreator(printable(report.site_name))
        language = report.language if report.language.isascii() else "en"
        canvas.setCatalogEntry("Lang", PDFString(printable(language)))
        self._open_page()
        top = self._heading()
        top = self._tiles(top)
        self._trend(top - 24)
        self._close_page()
        self._lessons()
        canvas.save()
        return self._output.getvalue()

    def _open_page(self) -> None:
        self._page += 1

    def _close_page(self) -> None:
        made = f"{self._report.made_at:%Y-%m-%d %H:%M} ({self._report.made_at.tzname()})"
        self._text(f"{self._report.site_name} · {made}", _LEFT, 36, 8, _QUIET, width=400)
        self._text(f"{self._page}", _RIGHT, 36, 8, _QUIET, width=60, align="right")
        self._canvas.showPage()

    def _heading(self) -> float:
        """The course's title, as large as fits; the y below it."""
        block = typeset(
            self._report.title,
            _RIGHT - _LEFT,
            72,
            (Fit(1, 24, 18), Fit(2, 20, 13), Fit(4, 12, 8)),
            display=True,
            language=self._report.language,
        )
        y = _TOP - block.size
        for line in block.lines:
            self._fonts.draw(line, _LEFT, y, block.size, _INK)
            y -= block.leading
        self._text("Course report", _LEFT, y - 2, 11, _QUIET)
        return float(y - 24)

    def _tiles(self, top: float) -> float:
        """The figures that are single numbers, three in a row."""
        view = self._view
        counts, quizzes, ratings = view["enrollments"], view["quizzes"], view["ratings"]
        times = view["time_to_complete"]
        tiles = [
            ("Enrolments", str(counts["total"]), _split(counts)),
            (
                "Completion rate",
                _percent(view["completion_rate_percent"]),
                "of all but the dropped",
            ),
            (
                "Students at risk",
                str(view["students_at_risk"]["count"]),
                "active, silent for 14 days",
            ),
            (
                "Time to complete",
                _duration(times["median_seconds"]),
                f"median; mean {_duration(times['mean_seconds'])}",
            ),
            (
                "Quiz results",
                _percent(quizzes["mean_score_percent"]),
                f"mean of best; {_percent(quizzes['pass_rate_percent'])} passed, "
                f"{quizzes['attempts']} attempts",
            ),
            (
                "Rating",
                "–" if ratings["average"] is None else f"{ratings['average']:.2f} of 5",
                f"{ratings['count']} reviews",
            ),
        ]
        gap, height = 12.0, 66.0
        width = (_RIGHT - _LEFT - 2 * gap) / 3
        for index, (label, value, note) in enumerate(tiles):
            x = _LEFT + index % 3 * (width + gap)
            y = top - (index // 3 + 1) * height - index // 3 * gap
            self._canvas.setStrokeColor(_LINE)
            self._canvas.setLineWidth(0.8)
            self._canvas.roundRect(x, y, width, height, 4)
            self._text(label, x + 10, y + height - 16, 8.5, _QUIET, width=width - 20)
            self._text(value, x + 10, y + 23, 18, _INK, width=width - 20)
            self._text(note, x + 10, y + 9, 7.5, _QUIET, width=width - 20)
        return top - 2 * height - gap

    def _trend(self, top: float) -> None:
        """New enrolments in each period, as bars."""
        series = [entry["count"] for entry in self._view["enrollments_over_time"]]
        self._text(f"New enrolments by {self._report.interval}", _LEFT, top, 12, _INK)
        base, height, left = top - 250, 226.0, _LEFT + 34
        scale = _nice(max(series, default=0))
        for step in range(5):
            y = base + height * step / 4
            self._rule(left, _RIGHT, y)
            self._text(_short(scale * step / 4), left - 6, y - 3, 7.5, _QUIET, 30, align="right")
        if not any(series):
            middle = (left + _RIGHT) / 2
            self._text(
                "No enrolments in this time",
                middle,
                base + height * 0.6,
                10,
                _QUIET,
                align="middle",
            )
        slot = (_RIGHT - left) / max(len(series), 1)
        labelled = max(1, -(-len(series) // 8))
        for index, count in enumerate(series):
            x = left + index * slot
            if count:
                self._canvas.setFillColor(_BLUE)
                bar = max(slot * 0.72, 0.4)
                self._canvas.rect(
                    x + (slot - bar) / 2, base, bar, height * count / scale, stroke=0, fill=1
                )
            if index % labelled == 0:
                day = self._report.days[index].isoformat()
                self._text(day, x + slot / 2, base - 12, 7.5, _QUIET, 60, align="middle")

    def _lessons(self) -> None:
        """Each lesson: how many students reached it, and how many of these completed it."""
        lessons = self._view["lessons"]
        rows = int((_TOP - _BOTTOM - 60) // _ROW)
        for start in range(0, max(len(lessons), 1), rows):
            self._open_page()
            self._lesson_heading()
            y = _TOP - 66
            most = max((max(one["reached"], one["completed"]) for one in lessons), default=0)
            for index in range(start, min(start + rows, len(lessons))):
                self._lesson(index, lessons[index], y, most)
                y -= _ROW
            if not lessons:
                self._text("This course has no lessons", _LEFT, y, 10, _QUIET)
            self._close_page()

    def _lesson_heading(self) -> None:
        self._text("Lessons", _LEFT, _TOP - 12, 16, _INK)
        x = _LEFT
        for color, label in (
            (_PALE, "reached: completed the lesson before"),
            (_BLUE, "completed"),
        ):
            self._canvas.setFillColor(color)
            self._canvas.rect(x, _TOP - 34, 9, 7, stroke=0, fill=1)
            self._text(label, x + 14, _TOP - 34, 8, _QUIET)
            x += 180
        self._text("drop-off", _RIGHT, _TOP - 34, 8, _QUIET, align="right")

    def _lesson(self, index: int, lesson: dict[str, Any], y: float, most: int) -> None:
        title = f"{index + 1}. {self._report.lesson_titles[index]}"
        self._text(title, _LEFT, y, 9, _INK, width=170)
        left, width = _LEFT + 184, _RIGHT - _LEFT - 184 - 86
        for color, count, tall in (
            (_PALE, lesson["reached"], 12.0),
            (_BLUE, lesson["completed"], 6.0),
        ):
            if count:
                self._canvas.setFillColor(color)
                long = max(width * count / most, 0.6)
                self._canvas.rect(left, y + 3 - tall / 2, long, tall, stroke=0, fill=1)
        numbers = f"{lesson['completed']} of {lesson['reached']}"
        self._text(numbers, _RIGHT - 42, y, 8, _QUIET, width=44, align="right")
        drop = lesson["drop_off_percent"]
        color = _AMBER if drop is not None and drop >= 25 else _QUIET
        self._text(_percent(drop, digits=0), _RIGHT, y, 9, color, width=40, align="right")

    def _rule(self, left: float, right: float, y: float) -> None:
        self._canvas.setStrokeColor(_LINE)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(left, y, right, y)

    def _text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        color: Color,
        width: float = 300,
        *,
        align: str = "left",
    ) -> None:
        """One line at a baseline, smaller where it would be too wide."""
        fits = (Fit(1, size, size * 0.6),)
        block = typeset(text, width, size * 2, fits, language=self._report.language)
        reach = block.lines[0].width * block.size / 1000
        left = x - {"left": 0.0, "middle": reach / 2, "right": reach}[align]
        self._fonts.draw(block.lines[0], left, y, block.size, color)


def _split(counts: dict[str, int]) -> str:
    return (
        f"{counts['active']} active, {counts['completed']} completed, {counts['dropped']} dropped"
    )


def _percent(value: float | None, *, digits: int = 1) -> str:
    return "–" if value is None else f"{value:.{digits}f} %"


def _duration(seconds: float | None) -> str:
    """In the largest unit that keeps two digits: 40 s, 55 min, 30 h, 12 d."""
    if seconds is None:
        return "–"
    for unit, length, up_to in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172_800)):
        if seconds < up_to:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:.1f} d"


def _nice(most: int) -> int:
    """The top of a scale with four steps of whole numbers: 4, 8, 20, 40, 80, 200 …"""
    for power in range(19):
        for step in (1, 2, 5):
            if 4 * step * 10**power >= most:
                return int(4 * step * 10**power)
    return most


def _short(number: float) -> str:
    for unit, size in (("M", 1_000_000), ("k", 1000)):
        if number >= size:
            return f"{number / size:g}{unit}"
    return f"{number:g}"
