"""Uploads, as browsers write them, and as nobody should."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from lms.auth.tokens import Tokens
from lms.settings import Settings
from tests.api import Api, Response
from tests.people import Person

BOUNDARY = "----WebKitFormBoundaryAbC"

Upload = Callable[..., Coroutine[Any, Any, Response]]


def form(
    content: bytes | None = b"Read this.\n",
    filename: str | bytes = "notes.txt",
    *,
    boundary: str = BOUNDARY,
    fields: dict[str, str] | None = None,
    fields_first: bool = False,
) -> bytes:
    """The body of a form with a file, and other fields."""
    name = filename if isinstance(filename, bytes) else filename.encode("utf-8", "surrogateescape")
    others = [
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        ).encode()
        for field, value in (fields or {}).items()
    ]
    parts = []
    if content is not None:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="'.encode()
        parts.append(head + name + b'"\r\nContent-Type: text/x-lie\r\n\r\n' + content + b"\r\n")
    parts = others + parts if fields_first else parts + others
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


async def send_form(
    api: Api,
    person: Person | None,
    body: Any,
    *,
    boundary: str = BOUNDARY,
    headers: dict[str, str] | None = None,
) -> Response:
    return await api.request(
        "POST",
        "/files/upload",
        as_=person,
        data=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}", **(headers or {})},
    )


def at_site(person: Person, site: Settings, *, role: str = "instructor") -> Person:
    """The same person, with a token of a site that listens elsewhere."""
    token = Tokens(site).make_access(person.id, person.session_id, role)
    return replace(person, token=token)


async def upload(
    api: Api,
    person: Person,
    content: bytes = b"Read this.\n",
    filename: str = "notes.txt",
    *,
    is_public: bool = False,
) -> Any:
    """A stored file."""
    fields = {"is_public": "true"} if is_public else {}
    reply = await send_form(api, person, form(content, filename, fields=fields))
    return reply.data
