"""From a stream of bytes to a stored object: measured, checked, and whole or not at all."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO

from lms.core.parsers import Parsers, TooExpensive
from lms.core.storage import Storage
from lms.files.checking import Meter
from lms.files.kinds import Kind
from lms.files.limits import Limits
from lms.files.spooling import disk, read_file, spool, spool_folder
from lms.settings import Settings


@dataclass(frozen=True, slots=True)
class Received:
    """What was received: its size in bytes and its SHA-256."""

    size: int
    sha256: bytes


async def measure(chunks: AsyncIterator[bytes]) -> Received:
    """The size and hash of the content, without storing it."""
    digest, size = hashlib.sha256(), 0
    async for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return Received(size, digest.digest())


async def receive(
    storage: Storage,
    key: str,
    chunks: AsyncIterator[bytes],
    kind: Kind,
    settings: Settings,
    parsers: Parsers,
) -> Received:
    """Store the content if it fits its kind. Otherwise raises an error and stores nothing.

    Content that can be checked while it streams goes straight to the storage. Archives, documents
    and images cannot: they wait in a file without a name, which does not survive a crash.
    """
    meter = Meter(kind, settings.file_max_bytes)
    if kind.inspect is None:
        await storage.write(key, meter.pass_on(chunks))
    else:
        folder = spool_folder(settings)
        limits = Limits(settings.image_max_pixels, settings.archive_max_bytes, folder)
        with spool(folder) as file:
            async for chunk in meter.pass_on(chunks):
                with disk():
                    await asyncio.to_thread(file.write, chunk)
            try:
                await parsers.run(kind.inspect, limits, file=file)
            except TooExpensive as error:
                raise TooExpensive(pointer="/file") from error
            file.seek(0)
            await storage.write(key, read_file(file))
    return Received(meter.size, meter.digest.digest())


def examine(content: bytes, kind: Kind, limits: Limits, *, most_bytes: int) -> None:
    """Raise what `receive` would raise for this content, and store nothing; for parsers."""
    meter = Meter(kind, most_bytes)
    meter.take(content)
    meter.finish()
    if kind.inspect is not None:
        kind.inspect(BytesIO(content), limits)
