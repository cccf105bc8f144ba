"""A running application with another part or other settings, for the length of a block.

aiohttp refuses to exchange what a running application holds; only this module goes past it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from aiohttp import web

from lms.core.http.request import SETTINGS

Part = TypeVar("Part")


@contextmanager
def exchanged(app: web.Application, key: web.AppKey[Part], part: Part) -> Iterator[Part]:
    """This part in place of the one that the application has."""
    before = app[key]
    app._state[key] = part
    try:
        yield part
    finally:
        app._state[key] = before


@contextmanager
def changed_settings(app: web.Application, **changes: Any) -> Iterator[None]:
    """The application's settings with these changes."""
    with exchanged(app, SETTINGS, replace(app[SETTINGS], **changes)):
        yield
