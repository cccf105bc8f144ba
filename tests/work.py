"""The type of the fixture `work`, which keeps what was promised."""

from collections.abc import Awaitable, Callable

Work = Callable[[], Awaitable[int]]
