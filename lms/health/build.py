"""Which build this is, for people who ask and for `/metrics`."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

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
    labels = {name: value or "" for name, value in build_of(settings).items()}
    gauge = Gauge("lms_build_info", "Which build this is.", list(labels), registry=registry)
    gauge.labels(**labels).set(1)
    return generate_latest(registry)
