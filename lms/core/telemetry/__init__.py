"""Errors and traces that are sent to monitoring services."""
