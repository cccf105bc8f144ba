"""The figures as tables for people and JSON for machines."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lms.tools.bench.data import Sizes
from lms.tools.bench.measure import Row

Figures = dict[str, Any]  # what `--json` writes

_BEGIN, _END = "<!-- measured: {} -->", "<!-- end: {} -->"


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns also line up in a terminal."""
    widths = [max(len(line[i]) for line in [header, *lines]) for i in range(len(header))]
    text = ["| " + " | ".join(c.ljust(w) for c, w in zip(header, widths, strict=True)) + " |"]
    text.append("| " + " | ".join("-" * w for w in widths) + " |")
    for line in lines:
        cells = [c.ljust(w) for c, w in zip(line, widths, strict=True)]
        text.append("| " + " | ".join(cells) + " |")
    return "\n".join(text)


def scenario_table(rows: Sequence[Row]) -> str:
    """Throughput ratios to both baselines, with the lowest and the highest round."""
    lines = []
    for row in rows:
        bare, usual = row.ratios("bare"), row.ratios("usual")
        cpu = row.cpu_ratio("bare")
        ours = [s.cpu for s in row.samples["lms"] if s.cpu]
        lines.append(
            [
                row.scenario.title,
                f"{row.scenario.goal:.2f}",
                spread(bare),
                spread(usual),
                "" if cpu is None else f"{cpu:.2f}",
                f"{row.median('lms', lambda s: s.per_second):,.0f}",
                f"{row.median('bare', lambda s: s.per_second):,.0f}",
                f"{row.median('usual', lambda s: s.per_second):,.0f}",
                f"{1000 * row.median('lms', lambda s: s.p50):.1f}",
                f"{1e6 * statistics.median(ours):.0f}" if ours else "",
            ]
        )
    header = ["scenario", "goal", "of bare", "of usual", "of bare by CPU", "req/s", "bare", "usual"]
    return table([*header, "p50 ms", "CPU µs"], lines)


def spread(ratios: Sequence[float]) -> str:
    """The median, and the lowest and the highest round."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def scenario_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [
        {
            "name": row.scenario.name,
            "title": row.scenario.title,
            "goal": row.scenario.goal,
            "of_bare": row.ratios("bare"),
            "of_usual": row.ratios("usual"),
            "of_bare_by_cpu": row.cpu_ratio("bare"),
            "samples": {name: [asdict(s) for s in taken] for name, taken in row.samples.items()},
        }
        for row in rows
    ]


def machine() -> Figures:
    """Where and when."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
    }


def write_part(page: Path, name: str, text: str) -> None:
    """Replace the text between a part's two marks in a Markdown page."""
    begin, end = _BEGIN.format(name), _END.format(name)
    before, begins, rest = page.read_text("utf-8").partition(begin)
    _, ends, after = rest.partition(end)
    if not (begins and ends):
        raise LookupError(f"{page} has no part from {begin} to {end}")
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", "utf-8")


def when(figures: Figures) -> str:
    return (
        f"Measured {figures['measured_at'][:10]} on {figures['cores']} cores with Python "
        f"{figures['python']}; the machine's load before was {figures['load_before']:.1f}."
    )


def heading(sizes: Sizes, figures: Figures) -> str:
    """What was measured, in a sentence."""
    return f"{sizes.courses:,} courses, {sizes.enrollments:,} enrolments. {when(figures)}"
