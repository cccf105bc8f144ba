"""Health, readiness and metrics."""

from lms.health.handlers import mark_draining as mark_draining
