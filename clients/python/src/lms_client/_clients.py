"""The client that waits and the one that awaits; both do what `Core` asks for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import httpx

from lms_client._core import (
    Action,
    Call,
    Core,
    Flow,
    Lock,
    Operation,
    Options,
    Response,
    Send,
    Sleep,
    read,
    replies,
    told,
)

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A")


class Bound(Generic[P, T]):
    """A call that waits. `.with_response(…)` also gives what came with the data."""

    def __init__(self, method: Callable[..., T], area: Any) -> None:
        self._method, self._area = method, area
        self.__doc__ = method.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._method(self._area, *args, **kwargs)

    def with_response(self, *args: P.args, **kwargs: P.kwargs) -> Response[T]:
        box: list[httpx.Response] = []
        before = replies.set(box)
        try:
            return told(self._method(self._area, *args, **kwargs), box[-1])
        finally:
            replies.reset(before)


class call(Generic[A, P, T]):
    """Makes a method that waits into a `Bound`."""

    def __init__(self, method: Callable[Concatenate[A, P], T]) -> None:
        self._method = method
        self.__doc__ = method.__doc__

    def __get__(self, area: A, owner: Any = None) -> Bound[P, T]:
        return Bound(self._method, area)


class AsyncBound(Generic[P, T]):
    """A call to await. `.with_response(…)` also gives what came with the data."""

    def __init__(self, method: Callable[..., Coroutine[Any, Any, T]], area: Any) -> None:
        self._method, self._area = method, area
        self.__doc__ = method.__doc__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Coroutine[Any, Any, T]:
        return self._method(self._area, *args, **kwargs)

    async def with_response(self, *args: P.args, **kwargs: P.kwargs) -> Response[T]:
        box: list[httpx.Response] = []
        before = replies.set(box)
        try:
            return told(await self._method(self._area, *args, **kwargs), box[-1])
        finally:
            replies.reset(before)


class async_call(Generic[A, P, T]):
    """Makes a method to await into an `AsyncBound`."""

    def __init__(self, method: Callable[Concatenate[A, P], Coroutine[Any, Any, T]]) -> None:
        self._method = method
        self.__doc__ = method.__doc__

    def __get__(self, area: A, owner: Any = None) -> AsyncBound[P, T]:
        return AsyncBound(self._method, area)


class SyncTransport:
    """Does what a flow asks for, and waits for it."""

    def __init__(self, core: Core, http: httpx.Client | None) -> None:
        self.core = core
        self.http = http or httpx.Client()
        self._lock = threading.Lock()

    def run(self, flow: Flow) -> httpx.Response:
        action: Action = next(flow)
        while True:
            try:
                try:
                    done = self._do(action)
                except BaseException as error:  # the flow decides, and lets go of its lock
                    action = flow.throw(error)
                else:
                    action = flow.send(done)
            except StopIteration as end:
                response: httpx.Response = end.value
                return response

    def _do(self, action: Action) -> httpx.Response | None:
        if isinstance(action, Send):
            return self.http.send(action.request)
        if isinstance(action, Sleep):
            time.sleep(action.seconds)
        elif isinstance(action, Lock):
            self._lock.acquire()
        else:
            self._lock.release()
        return None


class AsyncTransport:
    """Does what a flow asks for, and awaits it."""

    def __init__(self, core: Core, http: httpx.AsyncClient | None) -> None:
        self.core = core
        self.http = http or httpx.AsyncClient()
        self._lock = asyncio.Lock()

    async def run(self, flow: Flow) -> httpx.Response:
        action: Action = next(flow)
        while True:
            try:
                try:
                    done = await self._do(action)
                except BaseException as error:  # the flow decides, and lets go of its lock
                    action = flow.throw(error)
                else:
                    action = flow.send(done)
            except StopIteration as end:
                response: httpx.Response = end.value
                return response

    async def _do(self, action: Action) -> httpx.Response | None:
        if isinstance(action, Send):
            return await self.http.send(action.request)
        if isinstance(action, Sleep):
            await asyncio.sleep(action.seconds)
        elif isinstance(action, Lock):
            await self._lock.acquire()
        else:
            self._lock.release()
        return None


class Page(Generic[T]):
    """One page of a list."""

    def __init__(self, items: list[T], next_cursor: str | None, total: int | None) -> None:
        self.items, self.next_cursor, self.total = items, next_cursor, total


def _page_of(response: httpx.Response, type: Any) -> Page[Any]:
    meta = response.json()["meta"]
    items = read(response, list[type])
    return Page(items, meta.get("next_cursor"), meta.get("total"))


class Pages(Generic[T]):
    """A list. Going through it asks for each next page only when it is needed."""

    def __init__(self, transport: SyncTransport, call: Call, type: Any) -> None:
        self._transport, self._call, self._type = transport, call, type

    def page(self, cursor: str | None = None) -> Page[T]:
        """One page: the first, or the one that a cursor leads to."""
        flow = self._transport.core.exchange(_at(self._call, cursor))
        return _page_of(self._transport.run(flow), self._type)

    def __iter__(self) -> Iterator[T]:
        cursor = None
        while True:
            page = self.page(cursor)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def all(self, *, max: int) -> list[T]:
        """The first `max` rows, as a list."""
        found: list[T] = []
        for item in self if max > 0 else ():
            found.append(item)
            if len(found) >= max:
                break
        return found


class AsyncPages(Generic[T]):
    """A list. Going through it asks for each next page only when it is needed."""

    def __init__(self, transport: AsyncTransport, call: Call, type: Any) -> None:
        self._transport, self._call, self._type = transport, call, type

    async def page(self, cursor: str | None = None) -> Page[T]:
        """One page: the first, or the one that a cursor leads to."""
        flow = self._transport.core.exchange(_at(self._call, cursor))
        return _page_of(await self._transport.run(flow), self._type)

    async def __aiter__(self) -> AsyncIterator[T]:
        cursor = None
        while True:
            page = await self.page(cursor)
            for item in page.items:
                yield item
            cursor = page.next_cursor
            if cursor is None:
                return

    async def all(self, *, max: int) -> list[T]:
        """The first `max` rows, as a list."""
        found: list[T] = []
        if max > 0:
            async for item in self:
                found.append(item)
                if len(found) >= max:
                    break
        return found


def _at(call: Call, cursor: str | None) -> Call:
    from dataclasses import replace

    return call if cursor is None else replace(call, query={**call.query, "cursor": cursor})


class Area:
    """The operations of one tag, which wait."""

    def __init__(self, transport: SyncTransport) -> None:
        self._transport = transport

    def _ask(
        self,
        operation: Operation,
        type: Any,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        options: Options | None = None,
    ) -> Any:
        core = self._transport.core
        call = core.call(operation, path or {}, query or {}, body, options)
        if operation.reply == "page":
            return Pages(self._transport, call, type)
        response = self._transport.run(core.exchange(call))
        return response.content if operation.reply == "bytes" else read(response, type)


class AsyncArea:
    """The operations of one tag, to await."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def _list(
        self,
        operation: Operation,
        type: Any,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        options: Options | None = None,
    ) -> Any:
        call = self._transport.core.call(operation, path or {}, query or {}, None, options)
        return AsyncPages(self._transport, call, type)

    async def _ask(
        self,
        operation: Operation,
        type: Any,
        path: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        options: Options | None = None,
    ) -> Any:
        core = self._transport.core
        call = core.call(operation, path or {}, query or {}, body, options)
        response = await self._transport.run(core.exchange(call))
        return response.content if operation.reply == "bytes" else read(response, type)
