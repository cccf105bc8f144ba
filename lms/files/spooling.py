"""Files without a name on our own disk, for what has to be whole before it can be looked into."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from lms.core.log import get_logger
from lms.core.storage import CHUNK, StorageUnavailable
from lms.settings import Settings

log = get_logger(__name__)


def spool_folder(settings: Settings) -> Path:
    """Where what is big waits: /tmp is memory in a container, and counts against its limit."""
    return settings.data_dir / "spool"


@contextmanager
def spool(folder: Path) -> Iterator[IO[bytes]]:
    """A file without a name, on disk."""
    with disk():
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed below)
    try:
        yield file
    finally:
        with suppress(OSError):  # a full disk refuses once more what nobody needs
            file.close()


@contextmanager
def disk() -> Iterator[None]:
    """What the disk refuses as StorageUnavailable."""
    try:
        yield
    except OSError as error:
        log.error("the spool cannot be written", error=type(error).__name__)
        raise StorageUnavailable from error


async def fill(file: IO[bytes], chunks: AsyncIterator[bytes]) -> None:
    """Write all chunks to disk, none of them kept back in memory. Raises StorageUnavailable."""
    async for chunk in chunks:
        with disk():
            await asyncio.to_thread(file.write, chunk)
    with disk():
        await asyncio.to_thread(file.flush)


async def read_file(file: IO[bytes]) -> AsyncIterator[bytes]:
    """A file's bytes from where it stands."""
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        yield chunk
