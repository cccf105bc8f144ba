"""The client that tests talk through: terse, and it holds every reply against the document."""

from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from lms.processes.serving import Runner
from tests.openapi_checker import ResponseChecker
from tests.people import Person

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Response:
    """A reply, read whole."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def data(self) -> Any:
        """The envelope's data; fails for an error, showing it."""
        document = self.json
        assert document.get("success") is True, document
        return document["data"]

    @property
    def meta(self) -> Any:
        return self.json["meta"]

    @property
    def code(self) -> str:
        """The error's code; fails for a success, showing it."""
        document = self.json
        assert document.get("success") is False, document
        return str(document["code"])

    @property
    def pointers(self) -> list[str]:
        return [fault["pointer"] for fault in self.json["errors"]]

    @property
    def faults(self) -> set[tuple[str, str]]:
        """Where and what is wrong, in codes; fails for anything but a 422."""
        assert self.status == 422, self.body
        return {(fault["pointer"], fault["code"]) for fault in self.json["errors"]}

    @property
    def etag(self) -> str:
        return str(self.headers["ETag"])


class Server(TestServer):
    """The application behind the connections that it has in production."""

    __test__ = False

    async def _make_runner(self, **options: Any) -> Runner:
        # aiohttp's own test server ends a handler whose client has left; ours goes on.
        return Runner(self.app, **{**options, "handler_cancellation": False})


class Listening(Protocol):
    """Whatever knows the address at which it can be asked."""

    def make_url(self, path: str) -> aiohttp.client.URL: ...


class Api:
    """`await api.get("/courses", as_=sam)`; paths are below /api/v1 unless `root=True`."""

    def __init__(self, server: Listening, checker: ResponseChecker | None = None) -> None:
        self._server = server
        self._checker = checker
        self._session = aiohttp.ClientSession(
            auto_decompress=True, connector=aiohttp.TCPConnector(limit=0)
        )

    async def __aenter__(self) -> "Api":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def url(self, path: str) -> str:
        """The address of a path, as one types it into a browser."""
        return str(self._server.make_url(path))

    @property
    def app(self) -> web.Application:
        """The application, where it runs in this process."""
        assert isinstance(self._server, TestServer)
        return self._server.app

    async def get(self, path: str, **options: Any) -> Response:
        return await self.request("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> Response:
        return await self.request("POST", path, json=json, **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> Response:
        return await self.request("PUT", path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> Response:
        return await self.request("PATCH", path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> Response:
        return await self.request("DELETE", path, **options)

    async def request(
        self,
        method: str,
        path: str,
        *,
        as_: Person | None = None,
        token: str | None = None,
        json: Any = None,
        headers: dict[str, str] | None = None,
        root: bool = False,
        check: bool = True,
        **options: Any,
    ) -> Response:
        headers = dict(headers or {})
        bearer = token or (as_.token if as_ is not None else None)
        if bearer is not None:
            headers.setdefault("Authorization", f"Bearer {bearer}")
        if json is not None:
            options["data"] = orjson.dumps(json, default=str)
            headers.setdefault("Content-Type", "application/json")
        url = self._server.make_url("/").join(
            aiohttp.client.URL(path if root else API + path, encoded=True)
        )
        async with self._session.request(
            method, url, headers=headers, allow_redirects=False, **options
        ) as reply:
            response = Response(reply.status, reply.headers, await reply.read())
        if check and self._checker is not None:
            self._checker.check(
                method, url.raw_path, response.status, reply.content_type, response.body
            )
        return response
