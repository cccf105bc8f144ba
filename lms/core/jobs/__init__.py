"""Promised work: written as rows, kept by workers, woken over Redis."""
