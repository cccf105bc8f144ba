"""What every storage can do. We generate the keys, with `/` between their parts."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lms.errors import Unavailable

CHUNK = 256 * 1024  # bytes read or written at once: enough to be fast, little to hold


class ObjectMissing(LookupError):
    """There is no object under this key."""


class StorageUnavailable(Unavailable):
    """The storage that holds the files is away for the moment; try again shortly."""

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, retry_after=5)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a storage knows about an object: its size in bytes, and when it was written."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """Where a client may send one object directly to the storage, with exactly these headers."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Storage(ABC):
    """Objects under keys: written whole, never half.

    Every method raises StorageUnavailable while the storage is away.
    """

    async def open(self) -> None:  # noqa: B027 (most have nothing to prepare)
        """Get ready; asks nothing of the storage."""

    @abstractmethod
    async def write(self, key: str, chunks: AsyncIterable[bytes]) -> None:
        """Store an object in place of an earlier one, holding little of it in memory.

        If `chunks` raises, nothing is written and an earlier object stays.
        """

    @abstractmethod
    def read(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AsyncGenerator[bytes, None]:
        """The bytes from `start` up to, not including, `end`. Raises ObjectMissing.

        If the storage fails in the middle, this raises StorageUnavailable there.
        """

    @abstractmethod
    async def stat(self, key: str) -> StoredObject:
        """An object's size and time. Raises ObjectMissing."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Remove an object; nothing happens if there is none."""

    @abstractmethod
    def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        """Every object whose key begins with `prefix`, which ends with `/`."""

    @abstractmethod
    async def sign_upload(self, key: str, *, size: int, seconds: int) -> UploadTarget | None:
        """A URL to PUT an object of `size` bytes directly to the storage; None if it has no such
        URLs.
        """

    @abstractmethod
    async def drop_unfinished(self, before: datetime) -> int:
        """Remove the remains of writes that began before then and were killed; returns how many."""

    @abstractmethod
    async def close(self) -> None:
        """Close the connections."""

    async def put(self, key: str, content: bytes) -> None:
        """Store a small object in place of an earlier one."""
        await self.write(key, _once(content))

    async def get(self, key: str) -> bytes:
        """A small object's content. Raises ObjectMissing."""
        return b"".join([chunk async for chunk in self.read(key)])


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
