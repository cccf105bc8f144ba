"""Work that goes on until somebody asks the process to end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable


async def until_signal(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work` until SIGTERM or SIGINT asks it to come to an end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await work(stop)
