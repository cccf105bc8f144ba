"""Health, readiness, metrics, and the start page."""
