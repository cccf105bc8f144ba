"""A client that sends costly requests again and again, in a process of its own.

`attacker.py ORDER.json` prints how often each got which status, and the time of the slowest.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp


async def _attack(order: dict[str, Any]) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    end = loop.time() + order["seconds"]
    seen: Counter[str] = Counter()
    slowest: dict[str, float] = {}
    shots = [(shot, Path(shot["body"]).read_bytes()) for shot in order["shots"]]  # noqa: ASYNC240
    headers = {"Authorization": f"Bearer {order['token']}"}

    async def send(session: aiohttp.ClientSession, shot: dict[str, Any], body: bytes) -> None:
        # Another body each time: no cache and no Idempotency-Key may help.
        url, kind = order["url"] + shot["path"], {"Content-Type": shot["content_type"]}
        started = loop.time()
        async with session.request(shot["method"], url, data=body or None, headers=kind) as reply:
            said = await reply.read()
        note(shot["name"], reply.status, loop.time() - started)
        if reply.status == 201:
            file_id = json.loads(said)["data"]["id"]
            for form in shot["then"]:
                started = loop.time()
                async with session.get(f"{order['url']}/files/{file_id}/{form}") as made:
                    await made.read()
                note(f"{shot['name']} {form}", made.status, loop.time() - started)

    def note(name: str, status: int, seconds: float) -> None:
        seen[f"{name} {status}"] += 1
        slowest[name] = max(slowest.get(name, 0.0), seconds)

    async def repeat(first: int) -> None:
        timeout = aiohttp.ClientTimeout(total=120)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
            number = first
            while loop.time() < end or number < first + order["least"]:
                await send(session, *shots[number % len(shots)])
                number += 1

    # All in parallel, each beginning elsewhere.
    step = max(1, len(shots) // order["clients"])
    await asyncio.gather(*(repeat(client * step) for client in range(order["clients"])))
    return {"seen": dict(sorted(seen.items())), "slowest": slowest}


if __name__ == "__main__":
    os.nice(10)  # an attacker has a machine of their own
    print(json.dumps(asyncio.run(_attack(json.loads(Path(sys.argv[1]).read_text())))))
