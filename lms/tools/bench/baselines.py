"""The two baselines: aiohttp without any middleware, asyncpg, and nothing else.

`bare` has our pool settings and orjson. `usual` is what most people write: asyncpg's pool with its
defaults, and `web.json_response`. Both run on uvloop, as the application does.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import asyncpg
import orjson
import uvloop
from aiohttp import web

from lms.core.db.pool import create_pool
from lms.settings import load_settings
from lms.tools.bench.baseline import Baseline
from lms.tools.bench.data import Data
from lms.tools.bench.scenarios import SCENARIOS


def _orjson_response(value: object) -> web.Response:
    return web.Response(body=orjson.dumps(value, default=str), content_type="application/json")


def _as_it_is(value: object) -> object:
    return value


_json_response = partial(web.json_response, dumps=partial(json.dumps, default=str))


async def _serve(kind: str, port: int, data: Data) -> None:
    settings = load_settings()
    if kind == "bare":
        pool = create_pool(settings.database_url, settings, application="bare")
        to_response: Callable[[object], web.Response] = _orjson_response
        to_jsonb: Callable[[object], object] = _as_it_is  # our connections have a JSON codec
    else:
        pool = asyncpg.create_pool(settings.database_url.value)
        to_response = _json_response
        to_jsonb = json.dumps
    await pool
    bodies = {path: body.encode() for path, body in data.bodies.items()}
    base = Baseline(pool, to_response, to_jsonb, bodies)
    app = web.Application()
    for scenario in SCENARIOS:
        method, path = scenario.route.split()
        app.router.add_route(method, path, partial(getattr(scenario, kind), base))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main(kind: str, port: str, data: str) -> None:
    uvloop.run(_serve(kind, int(port), Data.load(Path(data))))


if __name__ == "__main__":
    main(*sys.argv[1:])
