"""While someone sends what costs most, other people notice nothing and our memory stays small."""

import asyncio
import json
import re
import statistics
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api, Response
from tests.attempts.casts import make_quiz
from tests.costs.hostile import Shot, shots
from tests.factories import make_open_course
from tests.files.forms import at_site, upload
from tests.files.samples import image
from tests.people import Person
from tests.running import Process, free_port, serving_api

_MB = 1 << 20
_MOST_GROWTH = 150 * _MB
_MOST_TIMES = 5  # the idle p99
_FLOOR_SECONDS = 0.004  # an idle p99 below is luck: one turn of this machine's scheduler


class Bystander:
    """Someone who reads their profile and a file all the time, on connections of their own."""

    def __init__(self, api: Api, person: Person, file_id: str) -> None:
        self._api, self._person = api, person
        self._paths = {"GET /users/me": "/users/me", "download": f"/files/{file_id}/download"}

    async def p99(self, until: asyncio.Event) -> dict[str, float]:
        """Seconds, by what was read."""
        loop = asyncio.get_running_loop()
        times: dict[str, list[float]] = {name: [] for name in self._paths}
        while not until.is_set() or len(times["download"]) < 100:
            for name, path in self._paths.items():
                started = loop.time()
                reply: Response = await self._api.get(path, as_=self._person, check=False)
                times[name].append(loop.time() - started)
                assert reply.status == 200, reply.body
        return {name: statistics.quantiles(those, n=100)[98] for name, those in times.items()}


def _memory(process: Process, field: str) -> int:
    """VmRSS, or VmHWM, which is the most it ever was, of the API process below its supervisor."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


async def _after(seconds: float, event: asyncio.Event) -> None:
    await asyncio.sleep(seconds)
    event.set()


async def _attack(
    folder: Path, url: str, person: Person, sent: list[Shot], *, seconds: float, clients: int
) -> Any:
    order = {
        "url": url, "token": person.token, "seconds": seconds, "clients": clients,
        "least": -(-len(sent) // clients), "shots": [shot.save(folder) for shot in sent],
    }  # fmt: skip
    path = folder / "order.json"
    path.write_text(json.dumps(order))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.costs.attacker", str(path), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(said)


@pytest.fixture
def site(settings: Settings, db: Pool, tmp_path: Path) -> Settings:
    return replace(
        settings, data_dir=tmp_path, port=free_port(), shutdown_grace_seconds=0.0,
        file_quota_bytes=1 << 40, idempotent_reply_bytes_per_day=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scale", "seconds", "clients"),
    [(4, 3.0, 4), pytest.param(1, 40.0, 8, marks=pytest.mark.slow)],
    ids=["small", "full"],
)
async def test_costly_files_cost_nobody_else(
    api: Api, tara: Person, sam: Person, site: Settings, tmp_path: Path,
    scale: int, seconds: float, clients: int,
) -> None:  # fmt: skip
    course, _ = await make_open_course(api, tara, lessons=40, title="Ein langer Titel " * 10)
    quiz, _ = await make_quiz(api, tara, course, publish=False)
    sent = await asyncio.to_thread(shots, quiz_id=quiz["id"], course_id=course["id"], scale=scale)
    tara, sam = at_site(tara, site), at_site(sam, site, role="student")
    async with serving_api(site) as (client, process):
        file = await upload(client, sam, b"Read this.\n" * 10_000)
        bystander = Bystander(client, sam, file["id"])
        # The first of each loads what it needs.
        await upload(client, tara, image(), "a.png")
        await client.get("/courses")
        idle_end, attack_end = asyncio.Event(), asyncio.Event()
        idle, _ = await asyncio.gather(bystander.p99(idle_end), _after(3.0, idle_end))
        resting = _memory(process, "VmRSS")

        async def attack() -> Any:
            try:
                return await _attack(
                    tmp_path, f"{site.base_url}/api/v1", tara, sent,
                    seconds=seconds, clients=clients,
                )  # fmt: skip
            finally:
                attack_end.set()

        attacked, told = await asyncio.gather(bystander.p99(attack_end), attack())
        growth = _memory(process, "VmHWM") - resting
        for name in idle:
            times = attacked[name] / max(idle[name], _FLOOR_SECONDS)
            print(f"{name}: p99 {idle[name] * 1000:.1f} → {attacked[name] * 1000:.1f} ms")
            assert times < _MOST_TIMES, f"{name}: {times:.1f} times the idle p99"
        print(f"API: {resting / _MB:.0f} MB, at most {growth / _MB:.0f} MB more")
        print(json.dumps(told, indent=1))
        assert growth < _MOST_GROWTH, f"grew by {growth / _MB:.0f} MB"
        statuses = {int(key.rsplit(" ", 1)[1]) for key in told["seen"]}
        assert statuses <= {200, 201, 202, 400, 413, 415, 422, 429}, told["seen"]
        assert '"level":"error"' not in process.log
