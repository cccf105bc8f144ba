"""Objects as files on a local disk."""

import asyncio
import os
import tempfile
from pathlib import Path

from lms.storage.base import ObjectMissing, Storage


class LocalStorage(Storage):
    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes) -> None:
        await asyncio.to_thread(self._write, self._root / key, content)

    async def get(self, key: str) -> bytes:
        try:
            return await asyncio.to_thread((self._root / key).read_bytes)
        except FileNotFoundError:
            raise ObjectMissing(key) from None

    async def delete(self, key: str) -> None:
        await asyncio.to_thread((self._root / key).unlink, missing_ok=True)

    async def close(self) -> None:
        pass  # holds nothing open

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)  # a crash leaves the old object or the new, not half
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
