"""What a file must show while it streams by: its size, its hash, and that it fits its kind."""

import codecs
import hashlib
import re
from collections.abc import AsyncIterator

from lms.files.errors import FileEmpty, FileTooLarge, FileTypeNotAllowed
from lms.files.kinds import HEAD_BYTES, Kind

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_TAIL_BYTES = 65_557  # the end of a ZIP: its last record and the longest comment


class Meter:
    """Counts, hashes and checks what passes through."""

    def __init__(self, kind: Kind, most: int) -> None:
        self.kind = kind
        self.most = most
        self.size = 0
        self.digest = hashlib.sha256()
        self._text = _TextCheck() if kind.is_text else None
        self._head: bytearray | None = bytearray()  # until it is checked
        self._tail = b""

    async def pass_on(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            if passed := self.take(chunk):
                yield passed
        if rest := self.finish():
            yield rest

    def take(self, chunk: bytes) -> bytes:
        """What may go on: nothing before the head was checked."""
        self._note(chunk)
        if self._head is None:
            return chunk
        self._head += chunk
        return self._pass_head() if len(self._head) >= HEAD_BYTES else b""

    def finish(self) -> bytes:
        """Check the whole, and return what has not gone on yet."""
        if self.size == 0:
            raise FileEmpty
        rest = self._pass_head() if self._head is not None else b""
        if self._text is not None:
            self._text.finish()
        if _ends_as_zip(self._tail):
            raise FileTypeNotAllowed("There is an archive behind the content.")
        return rest

    def _note(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self.most:
            raise FileTooLarge
        self.digest.update(chunk)
        if self._text is not None:
            self._text.take(chunk)
        if not self.kind.is_zip:
            self._tail = (self._tail + chunk)[-_TAIL_BYTES:]

    def _pass_head(self) -> bytes:
        head, self._head = bytes(self._head or b""), None
        if not self.kind.fits(head[:HEAD_BYTES]):
            raise FileTypeNotAllowed("The content is not what the file's name says.")
        return head


def _ends_as_zip(tail: bytes) -> bool:
    """Whether the end of a ZIP (APPNOTE 4.3.16) is here: many readers start from it alone."""
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return False
    return at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)


class _TextCheck:
    """Text is UTF-8, or UTF-16 with its mark, or some older 8-bit set; never with controls."""

    _ALLOWED = b"\t\n\r\x0c\x1a"  # the last two: page breaks, and the end mark of old editors
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
        if _CONTROLS.search(text):
            raise FileTypeNotAllowed("The content is not text.")
