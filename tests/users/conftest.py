"""Administration sends mail too."""

from tests.auth.conftest import post

__all__ = ["post"]
