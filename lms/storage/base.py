"""What every storage can do. Keys are ours: generated, with `/` between their parts."""

from abc import ABC, abstractmethod


class ObjectMissing(LookupError):
    """There is no object under this key."""


class Storage(ABC):
    """Objects under keys: written whole, never half."""

    @abstractmethod
    async def put(self, key: str, content: bytes) -> None:
        """Store an object, replacing what was there."""

    @abstractmethod
    async def get(self, key: str) -> bytes:
        """An object's content. Raises ObjectMissing."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Remove an object; nothing happens if there is none."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of connections."""
