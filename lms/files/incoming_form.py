"""The form of an upload: one file and a few fields, before the file or after it."""

from collections.abc import AsyncIterator

from aiohttp import web

from lms.core.http.request import SETTINGS
from lms.errors import Invalid, invalid
from lms.files.errors import InvalidFilename
from lms.files.multipart import OVERHEAD, Part, read_parts
from lms.files.names import check_filename


class IncomingForm:
    """A form as it arrives: call `find_file`, read the file's content, then call `read_rest`.

    Both raise an error if something is wrong with the form.
    """

    is_public = False

    def __init__(self, request: web.Request) -> None:
        self._parts = read_parts(request, request.app[SETTINGS].file_max_bytes + OVERHEAD)
        self._seen: set[str] = set()

    async def find_file(self) -> tuple[str, AsyncIterator[bytes]]:
        """Read as far as the file: its name, which is checked, and its content."""
        async for part in self._parts:
            self._check_name(part)
            if part.name == "file":
                if part.filename is None:
                    raise InvalidFilename("The part `file` has no file name.")
                return check_filename(part.filename), part.content
            await self._read_field(part)
        raise invalid("/file", "required", "Missing data for required field.")

    async def read_rest(self) -> None:
        """Read what comes after the file."""
        async for part in self._parts:
            self._check_name(part)
            await self._read_field(part)

    def _check_name(self, part: Part) -> None:
        if part.name in self._seen:
            raise _fault(part, "repeated", "May be given once.")
        self._seen.add(part.name)

    async def _read_field(self, part: Part) -> None:
        if part.name != "is_public":
            raise _fault(part, "unknown_field", "Unknown field.")
        word = (await part.text(16)).strip().lower()
        if word not in ("true", "false"):
            raise _fault(part, "invalid", "Must be true or false.")
        self.is_public = word == "true"


def _fault(part: Part, code: str, detail: str) -> Invalid:
    shown = part.name if part.name.isascii() and part.name.isprintable() else ""
    return invalid(f"/{shown[:64]}", code, detail)
