"""Which release this is."""

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("lms")
    except PackageNotFoundError:
        return "0"  # a bare checkout


VERSION = _version()
