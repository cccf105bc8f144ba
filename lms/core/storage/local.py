"""Objects as files on a local disk."""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from lms.core.log import get_logger
from lms.core.storage.base import (
    CHUNK,
    ObjectMissing,
    Storage,
    StorageUnavailable,
    StoredObject,
    UploadTarget,
)

T = TypeVar("T")
log = get_logger(__name__)

UNFINISHED = ".unfinished"  # beside the objects, so that a rename stays on one disk
_PAGE = 1000  # objects listed at once


class LocalStorage(Storage):
    def __init__(self, root: Path) -> None:
        self._root = root

    async def write(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        with _failing():
            handle, temporary = await _in_thread(self._create)
        try:
            try:
                async for chunk in chunks:
                    with _failing():
                        await _in_thread(_write_all, handle, chunk)
                with _failing():
                    await _in_thread(_sync, handle)
            finally:
                os.close(handle)
            with _failing():
                await _in_thread(_move, temporary, self._root / key)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    async def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        with _failing(missing=ObjectMissing):
            file = await _in_thread(_open, self._root / key, start)
        try:
            position = start
            while end is None or position < end:
                wanted = CHUNK if end is None else min(CHUNK, end - position)
                with _failing():
                    chunk = await _in_thread(os.read, file, wanted)
                if not chunk:
                    break
                position += len(chunk)
                yield chunk
        finally:
            os.close(file)

    async def stat(self, key: str) -> StoredObject:
        with _failing(missing=ObjectMissing):
            return _told(key, await asyncio.to_thread((self._root / key).stat))

    async def delete(self, key: str) -> None:
        with _failing():
            await asyncio.to_thread((self._root / key).unlink, missing_ok=True)

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        found = self._walk(prefix)
        while True:
            with _failing():
                page = await asyncio.to_thread(_take, found, _PAGE)
            for stored in page:
                yield stored
            if len(page) < _PAGE:
                break

    async def sign_upload(self, key: str, *, size: int, seconds: int) -> UploadTarget | None:
        return None  # a disk has no URLs: the API receives the upload itself

    async def drop_unfinished(self, before: datetime) -> int:
        with _failing():
            return await asyncio.to_thread(self._drop_unfinished, before.timestamp())

    async def close(self) -> None:
        pass  # holds nothing open

    def _create(self) -> tuple[int, Path]:
        folder = self._root / UNFINISHED
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        return handle, Path(name)

    def _walk(self, prefix: str) -> Iterator[StoredObject]:
        for folder, _, names in os.walk(self._root / prefix):
            for name in names:
                path = Path(folder, name)
                try:
                    yield _told(path.relative_to(self._root).as_posix(), path.stat())
                except FileNotFoundError:
                    continue  # deleted meanwhile

    def _drop_unfinished(self, before: float) -> int:
        dropped = 0
        for path in list((self._root / UNFINISHED).glob("*")):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
                    dropped += 1
            except FileNotFoundError:
                continue  # finished meanwhile
        return dropped


async def _in_thread(work: Callable[..., T], *args: object) -> T:
    """Wait for a thread even if cancelled, so that no file is closed while the thread uses it."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


@contextmanager
def _failing(*, missing: type[Exception] = StorageUnavailable) -> Iterator[None]:
    """Turn the disk's errors into ours."""
    try:
        yield
    except FileNotFoundError as error:
        raise missing(str(error.filename)) from None
    except OSError as error:  # full, unmounted, read-only, …
        log.error("the disk of the files refuses", error=error.strerror or type(error).__name__)
        raise StorageUnavailable from error


def _told(key: str, status: os.stat_result) -> StoredObject:
    return StoredObject(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _open(path: Path, start: int) -> int:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    os.lseek(handle, start, os.SEEK_SET)
    return handle


def _write_all(handle: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(handle, view) :]


def _sync(handle: int) -> None:
    os.fsync(handle)


def _move(temporary: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, path)  # a crash leaves the old object or the new, not half
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # so that the name survives a power cut too
    finally:
        os.close(folder)


def _take(found: Iterator[StoredObject], most: int) -> list[StoredObject]:
    page = []
    for stored in found:
        page.append(stored)
        if len(page) == most:
            break
    return page
