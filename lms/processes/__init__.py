"""The processes that run in production."""
