"""The tables of docs/retention.md, made from lms/retention.py and the declared tasks."""

from datetime import timedelta

from lms.core.jobs.tasks import PERIODIC_TASKS
from lms.processes.loading import load_tasks
from lms.retention import AGEING, STAYING, Ages
from lms.settings import variable

_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))


def render() -> str:
    """Both tables as Markdown."""
    load_tasks()
    every = {known.task.kind: known.every for known in PERIODIC_TASKS.values()}
    ageing = [
        f"| `{rule.table}` | {rule.rows} | {_after(rule)} "
        f"| `{rule.duty}`, every {_words(every[rule.duty])} |"
        for rule in AGEING
    ]
    staying = [f"| `{table}` | {why} |" for table, why in STAYING.items()]
    return "\n".join(
        [
            "| table | which rows, since when | go after | by the task |",
            "| --- | --- | --- | --- |",
            *ageing,
            "",
            "These do not age:",
            "",
            "| table | how long its rows stay, or what bounds them |",
            "| --- | --- |",
            *staying,
        ]
    )


def _after(rule: Ages) -> str:
    if isinstance(rule.after, str):
        return f"`{variable(rule.after)}`"
    return _words(rule.after) if rule.after else "at once"


def _words(span: timedelta) -> str:
    """As `24 hours` or `1 day`: the greatest unit of which it is a whole number, if not of one."""
    seconds = int(span.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    count = seconds // size
    return unit if count == 1 else f"{count} {unit}s"
