"""How long we wait for a storage that may be frozen: it takes connections, and says nothing.

The clients' own limits are no help here. They begin anew with each of their tries, and none of them
tells the first byte of an answer from those that follow.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

FIRST_BYTE_SECONDS = 5.0
BETWEEN_BYTES_SECONDS = 15.0
_LOOK_SECONDS = 0.25


class Body(BytesIO):
    """What is being sent; it knows when the client last took some of it, perhaps in a thread."""

    moved_at = 0.0

    def read(self, size: int | None = -1, /) -> bytes:
        self.moved_at = time.monotonic()
        return super().read(size)


@asynccontextmanager
async def patience(seconds: float, body: Body | None = None) -> AsyncIterator[None]:
    """Raise TimeoutError when the answer does not come within so many seconds, counted from when
    the last of `body` was taken: a slow line may take its time to send.
    """
    async with asyncio.timeout(seconds) as limit:
        if body is None:
            yield
            return
        looking = asyncio.create_task(_extend(limit, seconds, body))
        try:
            yield
        finally:
            looking.cancel()


async def _extend(limit: asyncio.Timeout, seconds: float, body: Body) -> None:
    """Move the limit on for as long as more of the body is taken."""
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    while not limit.expired():
        unmoved = time.monotonic() - max(began, body.moved_at)
        limit.reschedule(loop.time() + max(0.0, seconds - unmoved))
        await asyncio.sleep(_LOOK_SECONDS)
