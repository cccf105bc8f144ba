"""What a call is and how it is kept alive: sessions, retries, errors. It does no input or output.

`Core.exchange` is a generator that asks for what it needs (`Send`, `Sleep`, `Lock`, `Unlock`), so
that one text serves the client that waits and the one that awaits.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar
from uuid import uuid4

import httpx
from pydantic import BaseModel, TypeAdapter

from lms_client import errors
from lms_client._version import API_VERSION, VERSION

T = TypeVar("T")
Event = Literal["retry", "refreshed", "signed_out"]

_EARLY_SECONDS = 30  # before its end a token is traded: it must live until the server reads it
_LONGEST_WAIT_SECONDS = 60
_LONGEST_BACKOFF_SECONDS = 8
_SAFE = ("GET", "PUT", "DELETE")  # which have the same effect once and twice


@dataclass(frozen=True)
class Operation:
    """One operation of the API, as the call table has it."""

    name: str
    method: str
    path: str
    reply: Literal["data", "page", "bytes", "nothing"]
    takes_key: bool  # not where the reply is a secret, which the server does not keep
    is_signed: bool


@dataclass(frozen=True)
class Options:
    """What may be said with any call."""

    if_match: str | None = None
    idempotency_key: str | None = None
    timeout_seconds: float | None = None


@dataclass(frozen=True)
class Response(Generic[T]):
    """The data of a reply and what came with it."""

    data: T
    meta: Mapping[str, Any]
    etag: str | None
    request_id: str | None
    headers: httpx.Headers


@dataclass(frozen=True)
class Session:
    """The tokens of somebody who is signed in. `expires_at` is in seconds of Unix time."""

    access_token: str
    refresh_token: str | None
    expires_at: float


class Storage(Protocol):
    """Where a session is kept. Both methods are called by one thread at a time."""

    def load(self) -> Session | None: ...
    def save(self, session: Session | None) -> None: ...


class Memory:
    """Keeps a session as long as the program runs."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def load(self) -> Session | None:
        return self._session

    def save(self, session: Session | None) -> None:
        self._session = session


@dataclass(frozen=True)
class Call:
    """One call of an operation, with its key, which is the same at each try."""

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    options: Options
    key: str | None


@dataclass(frozen=True)
class Send:
    request: httpx.Request


@dataclass(frozen=True)
class Sleep:
    seconds: float


class Lock:
    pass


class Unlock:
    pass


Action = Send | Sleep | Lock | Unlock
Flow = Generator[Action, Any, httpx.Response]

# The last reply in this task, for `with_response`.
replies: ContextVar[list[httpx.Response] | None] = ContextVar("replies", default=None)


@dataclass
class Core:
    """The state of a client."""

    base_url: str
    api_key: str | None = None
    timeout_seconds: float = 30
    max_retries: int = 2
    storage: Storage = field(default_factory=Memory)
    on_event: Callable[[Event, Mapping[str, Any]], None] | None = None
    mfa_token: str | None = None

    def call(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Mapping[str, Any],
        body: Any,
        options: Options | None,
    ) -> Call:
        given = options or Options()
        key = given.idempotency_key
        if key is None and operation.takes_key:
            key = str(uuid4())
        return Call(operation, path, query, body, given, key)

    def exchange(self, call: Call) -> Flow:
        """The reply to a call; raises LmsError."""
        tries, was_refused = 0, False
        while True:
            token = yield from self._token(call)
            failure: errors.LmsError
            wait: float | None = None
            try:
                response: httpx.Response = yield Send(self._request(call, token))
            except httpx.TimeoutException as error:
                failure = errors.TimeoutError(str(error) or "The server did not answer in time.")
            except httpx.TransportError as error:
                failure = errors.ConnectionError(str(error) or "The server cannot be reached.")
            else:
                if response.is_success or response.status_code == 304:
                    self._keep(call, response)
                    return response
                failure = _failure(response)
                if response.status_code == 401 and token is not None and not was_refused:
                    was_refused = True
                    if self.api_key is None and call.operation.is_signed:
                        yield from self._refresh(token)
                        continue
                if not _may_pass(failure):
                    raise failure
                wait = failure.retry_after
            may_repeat = call.operation.method in _SAFE or call.key is not None
            if tries >= self.max_retries or not may_repeat or (wait or 0) > _LONGEST_WAIT_SECONDS:
                raise failure
            tries += 1
            if wait is None:
                most = min(_LONGEST_BACKOFF_SECONDS, 0.5 * 2**tries)
                wait = random.uniform(most / 2, most)  # noqa: S311 - so that not all come at once
            self._tell("retry", {"operation": call.operation.name, "wait_seconds": wait})
            yield Sleep(wait)

    def _token(self, call: Call) -> Generator[Action, Any, str | None]:
        if self.api_key is not None:
            return self.api_key
        session = self.storage.load()
        if session is None or not call.operation.is_signed:
            return None
        if session.expires_at - _EARLY_SECONDS <= time.time():
            yield from self._refresh(session.access_token)
            session = self.storage.load()
        return session.access_token if session is not None else None

    def _refresh(self, stale: str) -> Generator[Action, Any, None]:
        """Trade the refresh token, once for all calls that wait. Raises LmsError."""
        yield Lock()
        try:
            session = self.storage.load()
            if session is not None and session.access_token != stale:
                return  # another call has done it
            if session is None or session.refresh_token is None:
                raise _signed_out()
            body = {"refresh_token": session.refresh_token}
            call = Call(_REFRESH, {}, {}, body, Options(), None)
            try:
                response: httpx.Response = yield Send(self._request(call, None))
            except httpx.TimeoutException as error:
                raise errors.TimeoutError(str(error)) from error
            except httpx.TransportError as error:
                raise errors.ConnectionError(str(error)) from error
            if response.status_code == 401:
                self.storage.save(None)
                self._tell("signed_out", {})
                raise _failure(response)
            if not response.is_success:
                raise _failure(response)
            self._adopt(response.json()["data"])
            self._tell("refreshed", {})
        finally:
            yield Unlock()

    def _request(self, call: Call, token: str | None) -> httpx.Request:
        operation, options = call.operation, call.options
        path = operation.path
        for name, value in call.path.items():
            path = path.replace("{" + name + "}", _quoted(value))
        headers = {"Accept": "*/*" if operation.reply == "bytes" else "application/json",
                   "User-Agent": f"lms-client-python/{VERSION} (API {API_VERSION})"}  # fmt: skip
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if options.if_match is not None:
            headers["If-Match"] = options.if_match
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        given: dict[str, Any] = {}
        if call.body is not None:
            given["json"] = _plain(call.body)
        elif operation.method in ("POST", "PUT", "PATCH"):
            given["json"] = {}
        return httpx.Request(
            operation.method,
            self.base_url.rstrip("/") + path,
            params={name: _word(value) for name, value in call.query.items() if value is not None},
            headers=headers,
            extensions={"timeout": _timeouts(options.timeout_seconds or self.timeout_seconds)},
            **given,
        )

    def _keep(self, call: Call, response: httpx.Response) -> None:
        """Remember what a reply says about who is signed in."""
        name = call.operation.name
        if name in ("logout", "logout_all"):
            self.storage.save(None)
            self._tell("signed_out", {})
        elif name in ("register", "login", "mfa_login", "refresh"):
            data = response.json()["data"]
            if "mfa_token" in data:
                self.mfa_token = data["mfa_token"]
            elif "tokens" in data:
                self._adopt(data)
        box = replies.get()
        if box is not None:
            box.append(response)

    def _adopt(self, data: Mapping[str, Any]) -> None:
        tokens = data["tokens"]
        self.mfa_token = None
        self.storage.save(
            Session(
                tokens["access_token"],
                tokens.get("refresh_token"),
                time.time() + tokens["expires_in"],
            )
        )

    def _tell(self, event: Event, facts: Mapping[str, Any]) -> None:
        if self.on_event is not None:
            self.on_event(event, facts)


_REFRESH = Operation("refresh", "POST", "/api/v1/auth/refresh", "data", False, False)


def read(response: httpx.Response, type: Any) -> Any:
    """The data of a reply, as its model; None where there is none."""
    if response.status_code == 204 or type is None:
        return None
    return adapter(type).validate_python(response.json()["data"])


def told(data: T, response: httpx.Response) -> Response[T]:
    """Data and what came with it."""
    headers = response.headers
    is_json = headers.get("content-type", "").startswith("application/json")
    meta = response.json().get("meta", {}) if is_json and response.content else {}
    return Response(data, meta, headers.get("etag"), headers.get("x-request-id"), headers)


_adapters: dict[Any, TypeAdapter[Any]] = {}


def adapter(type: Any) -> TypeAdapter[Any]:
    found = _adapters.get(type)
    if found is None:
        found = _adapters[type] = TypeAdapter(type)
    return found


def _failure(response: httpx.Response) -> errors.ProblemError:
    try:
        problem = response.json()
    except ValueError:  # a proxy answered
        problem = {}
    known = problem if isinstance(problem, dict) else {}
    return errors.problem_of(response.status_code, known, response.headers)


def _may_pass(failure: errors.ProblemError) -> bool:
    """Whether the same call may succeed a little later."""
    return failure.status in (429, 503) or failure.is_("idempotency_in_progress")


def _signed_out() -> errors.Unauthorized:
    problem = {"code": "unauthorized", "message": "Nobody is signed in: call auth.login first."}
    return errors.Unauthorized(401, problem, {})


def _quoted(value: object) -> str:
    from urllib.parse import quote

    return quote(str(value), safe="")


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(getattr(value, "value", value))


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True, by_alias=True)
    return value


def _timeouts(seconds: float) -> dict[str, float]:
    return {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
