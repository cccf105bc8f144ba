"""The way from a path to its route, in one step for each part of the path.

aiohttp tries the routes with the same fixed beginning one after another, which took 18 µs for a
route below /courses/{id}. This table holds the usual cases alone; whatever it does not find is left
to aiohttp's router. A test compares the two (docs/decisions/0013-shorter-ways-for-busy-reads.md).
"""

from collections.abc import Awaitable
from dataclasses import dataclass, field

from aiohttp import hdrs, web

from lms.core.internals.aiohttp import Handle, handle_matched, match_to

_ENCODED = frozenset("%{}")


@dataclass(slots=True)
class _Node:
    """The parts that may follow the beginning of a path."""

    fixed: dict[str, "_Node"] = field(default_factory=dict)
    variable: "_Node | None" = None
    # For a path that ends here, by method: the route and its variables' names. A route without
    # variables has one match that all requests share, so nobody may change it.
    routes: dict[str, tuple[web.AbstractRoute, tuple[str, ...]] | web.UrlMappingMatchInfo] = field(
        default_factory=dict
    )


class RouteTable:
    """An application's routes, once all are registered; it has no middlewares of aiohttp's."""

    def __init__(self, app: web.Application, otherwise: Handle) -> None:
        self._app = app
        self._otherwise = otherwise
        self._root = _Node()
        for route in app.router.routes():
            if isinstance(route.resource, web.PlainResource | web.DynamicResource):
                self._add(route, route.resource.canonical)

    def _add(self, route: web.AbstractRoute, path: str) -> None:
        node, names = self._root, []
        for part in path.split("/"):
            if part.startswith("{"):
                names.append(part[1:-1])
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.fixed.setdefault(part, _Node())
        found = (route, tuple(names)) if names else match_to(self._app, route, {})
        node.routes.setdefault(route.method, found)

    def find(self, method: str, path: str) -> web.UrlMappingMatchInfo | None:
        """The route and its variables, or None for a case that is left to aiohttp."""
        node, values = self._root, []
        for part in path.split("/"):
            following = node.fixed.get(part)
            if following is None:
                following = node.variable
                if following is None or not part or not _ENCODED.isdisjoint(part):
                    return None
                values.append(part)
            node = following
        found = node.routes.get(method)
        if found is None or isinstance(found, web.UrlMappingMatchInfo):
            return found
        route, names = found
        return match_to(self._app, route, dict(zip(names, values, strict=True)))

    def handle(self, request: web.Request) -> Awaitable[web.StreamResponse]:
        """The reply to a request, by this table or else by aiohttp's router."""
        match = self.find(request.method, request.rel_url.raw_path)
        if match is None or hdrs.EXPECT in request.headers:
            return self._otherwise(request)
        return handle_matched(request, match)
