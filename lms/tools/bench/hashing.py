"""Nothing but hashing, as the application does it: `python -m lms.tools.bench.hashing`.

Argument: seconds. It prints that it is ready, and at the end a line of JSON.
"""

import asyncio
import sys
import time

import orjson

from lms.auth.passwords import HASHER, Passwords
from lms.settings import load_settings
from lms.tools.bench.client import READY


async def _run(seconds: float) -> dict[str, float]:
    settings = load_settings()
    passwords, hashed = Passwords(settings), HASHER.hash("x")
    print(READY, flush=True)
    started = time.perf_counter()

    async def work() -> int:
        done = 0
        while time.perf_counter() - started < seconds:
            await passwords.verify(hashed, "x")
            done += 1
        return done

    done = sum(await asyncio.gather(*(work() for _ in range(settings.argon2_parallel))))
    return {"per_second": done / (time.perf_counter() - started)}


if __name__ == "__main__":
    print(orjson.dumps(asyncio.run(_run(float(sys.argv[1])))).decode())
