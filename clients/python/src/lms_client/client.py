"""The clients: `Client` waits for each reply, `AsyncClient` is awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import httpx

from lms_client import _areas, models
from lms_client._clients import AsyncTransport, SyncTransport
from lms_client._core import Core, Event, Memory, Session, Storage
from lms_client.errors import LmsError, ProblemError, TimeoutError, problem_of

_CHUNK = 65_536
Progress = Callable[[int, int], None]


def _core(
    base_url: str,
    api_key: str | None,
    timeout_seconds: float,
    max_retries: int,
    storage: Storage | None,
    on_event: Callable[[Event, Mapping[str, Any]], None] | None,
) -> Core:
    return Core(
        base_url,
        api_key=api_key,
        timeout_seconds=timeout_seconds,
        max_retries=max_retries,
        storage=storage or Memory(),
        on_event=on_event,
    )


class Auth(_areas.Auth):
    """Signing in and out. The client keeps the tokens and trades them in time."""

    def complete_mfa(self, code: str) -> models.SignedIn | models.SignedInByCookie:
        """The second step of a sign-in that wants a code."""
        return self.mfa_login(_second_step(self._transport.core, code))

    @property
    def session(self) -> Session | None:
        """Who is signed in, to be kept; None if nobody is."""
        return self._transport.core.storage.load()


class AsyncAuth(_areas.AsyncAuth):
    """Signing in and out. The client keeps the tokens and trades them in time."""

    async def complete_mfa(self, code: str) -> models.SignedIn | models.SignedInByCookie:
        """The second step of a sign-in that wants a code."""
        return await self.mfa_login(_second_step(self._transport.core, code))

    @property
    def session(self) -> Session | None:
        """Who is signed in, to be kept; None if nobody is."""
        return self._transport.core.storage.load()


def _second_step(core: Core, code: str) -> models.MfaLogin:
    if core.mfa_token is None:
        raise LmsError("No sign-in waits for a code: call auth.login first.")
    return models.MfaLogin(mfa_token=core.mfa_token, code=code)


class Files(_areas.Files):
    """Files, and sending them."""

    def upload(
        self,
        file: Path | str,
        *,
        is_public: bool = False,
        on_progress: Progress | None = None,
    ) -> models.LearningFile:
        """Send a file, in pieces, to where the server says: its storage, or itself."""
        path = Path(file)
        new = models.NewDirectUpload(
            filename=path.name, size=path.stat().st_size, is_public=is_public
        )
        begun = self.begin_upload(new)
        with path.open("rb") as source:
            headers = {**begun.headers, "Content-Length": str(new.size)}
            try:
                reply = self._transport.http.request(
                    begun.method,
                    begun.url,
                    headers=headers,
                    content=_pieces(source, new.size, on_progress),
                    timeout=self._transport.core.timeout_seconds,
                )
            except httpx.TimeoutException as error:
                raise TimeoutError(str(error)) from error
        _check(reply)
        return self.complete_upload(str(begun.id))


class AsyncFiles(_areas.AsyncFiles):
    """Files, and sending them."""

    async def upload(
        self,
        file: Path | str,
        *,
        is_public: bool = False,
        on_progress: Progress | None = None,
    ) -> models.LearningFile:
        """Send a file, in pieces, to where the server says: its storage, or itself."""
        path = Path(file)
        new = models.NewDirectUpload(
            filename=path.name, size=path.stat().st_size, is_public=is_public
        )
        begun = await self.begin_upload(new)

        async def pieces() -> AsyncIterator[bytes]:
            with path.open("rb") as source:
                for piece in _pieces(source, new.size, on_progress):
                    yield piece

        try:
            reply = await self._transport.http.request(
                begun.method,
                begun.url,
                headers={**begun.headers, "Content-Length": str(new.size)},
                content=pieces(),
                timeout=self._transport.core.timeout_seconds,
            )
        except httpx.TimeoutException as error:
            raise TimeoutError(str(error)) from error
        _check(reply)
        return await self.complete_upload(str(begun.id))


def _pieces(source: IO[bytes], size: int, on_progress: Progress | None) -> Iterator[bytes]:
    sent = 0
    while piece := source.read(_CHUNK):
        yield piece
        sent += len(piece)
        if on_progress is not None:
            on_progress(sent, size)


def _check(reply: httpx.Response) -> None:
    if not reply.is_success:
        raise _refused(reply)


def _refused(reply: httpx.Response) -> ProblemError:
    try:
        problem = reply.json()
    except ValueError:  # a storage answers in its own way
        problem = {"message": f"The upload was refused with {reply.status_code}."}
    return problem_of(reply.status_code, problem, reply.headers)


class Client:
    """The API, waited for.

        with Client("https://learn.example.com") as lms:
            lms.auth.login(Login(email=…, password=…))
            for course in lms.courses.list(q="python"):
                print(course.title)

    `on_event` hears of `retry`, `refreshed` and `signed_out`. `api_key` is for servers alone.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        timeout_seconds: float = 30,
        max_retries: int = 2,
        storage: Storage | None = None,
        on_event: Callable[[Event, Mapping[str, Any]], None] | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        core = _core(base_url, api_key, timeout_seconds, max_retries, storage, on_event)
        self._transport = transport = SyncTransport(core, http)
        self.analytics = _areas.Analytics(transport)
        self.attempts = _areas.Attempts(transport)
        self.auth = Auth(transport)
        self.certificates = _areas.Certificates(transport)
        self.courses = _areas.Courses(transport)
        self.events = _areas.Events(transport)
        self.files = Files(transport)
        self.learning = _areas.Learning(transport)
        self.lessons = _areas.Lessons(transport)
        self.orders = _areas.Orders(transport)
        self.questions = _areas.Questions(transport)
        self.quizzes = _areas.Quizzes(transport)
        self.reviews = _areas.Reviews(transport)
        self.users = _areas.Users(transport)
        self.webhooks = _areas.Webhooks(transport)

    def close(self) -> None:
        """Close the connections."""
        self._transport.http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient:
    """The API, to be awaited: as `Client`, with `await` and `async for`."""

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        timeout_seconds: float = 30,
        max_retries: int = 2,
        storage: Storage | None = None,
        on_event: Callable[[Event, Mapping[str, Any]], None] | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        core = _core(base_url, api_key, timeout_seconds, max_retries, storage, on_event)
        self._transport = transport = AsyncTransport(core, http)
        self.analytics = _areas.AsyncAnalytics(transport)
        self.attempts = _areas.AsyncAttempts(transport)
        self.auth = AsyncAuth(transport)
        self.certificates = _areas.AsyncCertificates(transport)
        self.courses = _areas.AsyncCourses(transport)
        self.events = _areas.AsyncEvents(transport)
        self.files = AsyncFiles(transport)
        self.learning = _areas.AsyncLearning(transport)
        self.lessons = _areas.AsyncLessons(transport)
        self.orders = _areas.AsyncOrders(transport)
        self.questions = _areas.AsyncQuestions(transport)
        self.quizzes = _areas.AsyncQuizzes(transport)
        self.reviews = _areas.AsyncReviews(transport)
        self.users = _areas.AsyncUsers(transport)
        self.webhooks = _areas.AsyncWebhooks(transport)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
