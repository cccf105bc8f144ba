"""From a stream of bytes to a stored object: measured, checked, and whole or not at all."""

import asyncio
import codecs
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import UUID

from lms.core.db.pool import Pool
from lms.core.db.transactions import AWAY, begin
from lms.core.log import get_logger
from lms.core.storage import CHUNK, Storage, StorageUnavailable
from lms.files import queries
from lms.files.archives import Limits
from lms.files.errors import FileEmpty, FileTooLarge, FileTypeNotAllowed
from lms.files.kinds import HEAD_BYTES, KINDS, Kind
from lms.files.names import extension_of
from lms.settings import Settings

log = get_logger(__name__)

ALIVE_SECONDS = 90.0  # an upload whose row is not renewed for longer is dead
_BEAT_SECONDS = 20.0
_TAIL_BYTES = 65_557  # the end of a ZIP: its last record and the longest comment

# Checking a file takes a core, and an image up to 200 MB, as long as the check lasts.
_looking = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Received:
    """What was received: its size in bytes and its SHA-256."""

    size: int
    sha256: bytes


def object_key(file_id: UUID) -> str:
    """The key of a file's object."""
    return f"files/{file_id}"


def incoming_key(file_id: UUID) -> str:
    """Where a client sends a straight-to-storage upload, before it is checked."""
    return f"incoming/{file_id}"


def object_keys(file_id: UUID) -> list[str]:
    """Every object that a file may have."""
    return [
        object_key(file_id),
        incoming_key(file_id),
        f"thumbnail/{file_id}",
        f"avatar/{file_id}",
    ]


def kind_of(filename: str, settings: Settings) -> Kind:
    """The kind of file that a name stands for. Raises FileTypeNotAllowed."""
    extension = extension_of(filename)
    kind = KINDS.get(extension)
    if kind is None or extension not in settings.file_types:
        raise FileTypeNotAllowed(
            f"Files are taken that end in {', '.join(sorted(settings.file_types))}."
        )
    return kind


async def measure(chunks: AsyncIterator[bytes]) -> Received:
    """The size and hash of the content, without storing it."""
    digest, size = hashlib.sha256(), 0
    async for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return Received(size, digest.digest())


async def receive(
    storage: Storage, key: str, chunks: AsyncIterator[bytes], kind: Kind, settings: Settings
) -> Received:
    """Store the content if it fits its kind. Otherwise raises an error and stores nothing.

    Content that can be checked while it streams goes straight to the storage. Archives, documents
    and images cannot: they wait in a file without a name, which does not survive a crash.
    """
    meter = _Meter(kind, settings.file_max_bytes)
    if kind.inspect is None:
        await storage.write(key, meter.pass_on(chunks))
    else:
        folder = spool_folder(settings)
        limits = Limits(settings.image_max_pixels, settings.archive_max_bytes, folder)
        with spool(folder) as file:
            async for chunk in meter.pass_on(chunks):
                with disk():
                    await asyncio.to_thread(file.write, chunk)
            async with _looking:
                await asyncio.to_thread(kind.inspect, file, limits)
            file.seek(0)
            await storage.write(key, read_file(file))
    return Received(meter.size, meter.digest.digest())


async def examine(content: bytes, kind: Kind, settings: Settings, *, most_pixels: int) -> None:
    """Raise what `receive` would raise for this content, and store nothing."""
    meter = _Meter(kind, settings.file_max_bytes)
    await measure(meter.pass_on(_in_one(content)))
    if kind.inspect is not None:
        limits = Limits(most_pixels, settings.archive_max_bytes)
        async with _looking:
            await asyncio.to_thread(kind.inspect, BytesIO(content), limits)


async def _in_one(content: bytes) -> AsyncIterator[bytes]:
    yield content


class _Meter:
    """Counts, hashes and checks what passes through."""

    def __init__(self, kind: Kind, most: int) -> None:
        self.kind = kind
        self.most = most
        self.size = 0
        self.digest = hashlib.sha256()
        self._text = _TextCheck() if kind.is_text else None
        self._tail = b""

    async def pass_on(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        head: bytearray | None = bytearray()
        async for chunk in chunks:
            self._note(chunk)
            if head is None:
                yield chunk
                continue
            head += chunk
            if len(head) >= HEAD_BYTES:
                self._check_head(head)
                yield bytes(head)
                head = None
        if self.size == 0:
            raise FileEmpty
        if head is not None:
            self._check_head(head)
        if self._text is not None:
            self._text.finish()
        if _ends_as_zip(self._tail):
            raise FileTypeNotAllowed("There is an archive behind the content.")
        if head is not None:
            yield bytes(head)

    def _note(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self.most:
            raise FileTooLarge
        self.digest.update(chunk)
        if self._text is not None:
            self._text.take(chunk)
        if not self.kind.is_zip:
            self._tail = (self._tail + chunk)[-_TAIL_BYTES:]

    def _check_head(self, head: bytearray) -> None:
        if not self.kind.fits(bytes(head[:HEAD_BYTES])):
            raise FileTypeNotAllowed("The content is not what the file's name says.")


def _ends_as_zip(tail: bytes) -> bool:
    """Whether the end of a ZIP (APPNOTE 4.3.16) is here: many readers start from it alone."""
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return False
    return at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)


class _TextCheck:
    """Text is UTF-8, or UTF-16 with its mark, or some older 8-bit set; never with controls."""

    _ALLOWED = b"\t\n\r\x0c\x1a"  # the last two: page break, and old editors' end mark
    _FORBIDDEN = bytes(set(range(32)) - set(_ALLOWED)) + b"\x7f"

    def __init__(self) -> None:
        self._decoder: codecs.IncrementalDecoder | None = None
        self._started = False

    def take(self, chunk: bytes) -> None:
        if not self._started:
            self._started = True
            if chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                self._decoder = codecs.getincrementaldecoder("utf-16")()
        if self._decoder is not None:
            self._decode(chunk, final=False)
        elif len(chunk.translate(None, self._FORBIDDEN)) != len(chunk):
            raise FileTypeNotAllowed("The content is not text.")

    def finish(self) -> None:
        if self._decoder is not None:
            self._decode(b"", final=True)

    def _decode(self, chunk: bytes, *, final: bool) -> None:
        assert self._decoder is not None
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            raise FileTypeNotAllowed("The content is not text.") from None
        if any(character < " " and character not in "\t\n\r\f" for character in text):
            raise FileTypeNotAllowed("The content is not text.")


async def claim_upload(
    db: Pool, claim: bytes | None, *, uploader_id: UUID, filename: str, kind: Kind
) -> UUID:
    """Make a new upload; its row is committed at once, so that it is known. Returns its id.

    `claim` names the request by its Idempotency-Key: raises IdempotencyInProgress while
    another upload has the same one.
    """
    async with begin(db) as connection:
        if claim is not None:
            await queries.free_claim(connection, claim)
        return await queries.begin_upload(
            connection,
            uploader_id=uploader_id,
            filename=filename,
            content_type=kind.content_type,
            is_public=False,
            status="storing",
            size=None,
            seconds=ALIVE_SECONDS,
            claim=claim,
        )


@asynccontextmanager
async def upload_in_hand(db: Pool, storage: Storage, file_id: UUID) -> AsyncIterator[None]:
    """While the content of an upload arrives, renew its row again and again.

    After an exception neither its row nor its object stays.
    """
    beat = asyncio.create_task(_beat(db, file_id), name=f"upload {file_id}")
    try:
        yield
    except BaseException:
        beat.cancel()
        await asyncio.shield(take_back(db, storage, file_id))
        raise
    finally:
        beat.cancel()


async def _beat(db: Pool, file_id: UUID) -> None:
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        try:
            await queries.keep_alive(db, file_id, ALIVE_SECONDS)
        except AWAY as error:
            log.warning("an upload could not say that it runs", error=type(error).__name__)


async def take_back(db: Pool, storage: Storage, file_id: UUID) -> None:
    """Remove all parts of an upload, unless it has become a file by now."""
    # The row first: once it is deleted, the upload cannot become ready. If it became ready although
    # we got an error, the row stays, and so does its object.
    try:
        if await queries.delete_upload(db, file_id):
            for key in (object_key(file_id), incoming_key(file_id)):
                await storage.delete(key)
    except (*AWAY, StorageUnavailable) as error:
        log.warning("an upload is left to the sweep", error=type(error).__name__)


def spool_folder(settings: Settings) -> Path:
    """The folder for big temporary files: in a container /tmp may be memory, with a limit."""
    return settings.data_dir / "spool"


@contextmanager
def spool(folder: Path) -> Iterator[IO[bytes]]:
    """A file without a name, on disk."""
    with disk():
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed below)
    with file:
        yield file


@contextmanager
def disk() -> Iterator[None]:
    """Turn the disk's errors into StorageUnavailable."""
    try:
        yield
    except OSError as error:
        log.error("the spool cannot be written", error=type(error).__name__)
        raise StorageUnavailable from error


async def read_file(file: IO[bytes]) -> AsyncIterator[bytes]:
    """A file's bytes from its present position."""
    while chunk := await asyncio.to_thread(file.read, CHUNK):
        yield chunk
