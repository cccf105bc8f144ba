"""Which build this is, for people who ask and for `/metrics`."""

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from lms.core.version import VERSION
from lms.settings import Settings


def build_of(settings: Settings) -> dict[str, str | None]:
    """`version`, `commit` and `built_at`; null where the build did not say, or must not."""
    return {
        "version": VERSION,
        "commit": settings.build_commit if settings.show_commit else None,
        "built_at": settings.build_time,
    }


def build_metric(settings: Settings) -> bytes:
    """A gauge that is always 1, in Prometheus's text format; its labels are what it says."""
    registry = CollectorRegistry()
    registry.register(_Shown(build_of(settings)))
    return generate_latest(registry)


class _Shown:
    def __init__(self, build: dict[str, str | None]) -> None:
        self._build = build

    def collect(self) -> list[Metric]:
        shown = GaugeMetricFamily("lms_build_info", "Which build this is.", labels=[*self._build])
        shown.add_metric([value or "" for value in self._build.values()], 1)
        return [shown]
