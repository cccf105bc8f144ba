import pytest
from aiohttp import web

from tests.api import Api
from tests.contract.world import World, make_world
from tests.people import Cast


@pytest.fixture
async def world(app: web.Application, api: Api, cast: Cast) -> World:
    return await make_world(app, api, cast)
