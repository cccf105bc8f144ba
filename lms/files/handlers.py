"""Files: the list, downloads, links and changes."""

import time
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from lms.core.http.etags import check_if_match, make_etag
from lms.core.http.pagination import GREATEST_ID, LAST_TIME, fetch_limit, page, position
from lms.core.http.reply import Page, Reply
from lms.core.http.request import (
    BODY,
    QUERY,
    SETTINGS,
    current_user,
    list_pool,
    path_id,
    pool,
    require_user,
    transaction,
)
from lms.core.http.routing import Routes
from lms.core.parsers import PARSER_FAULTS, PARSERS
from lms.core.storage import STORAGE, StorageUnavailable
from lms.errors import Forbidden, NotFound, PreconditionFailed
from lms.files import links, queries, thumbnails
from lms.files.deleting import promise_deletion
from lms.files.errors import FileInUse, FileTypeNotAllowed, InvalidFilename, RangeNotSatisfiable
from lms.files.images import FORMS
from lms.files.kinds import CONTENT_TYPES, GROUPS, IMAGES, kind_of
from lms.files.names import check_filename
from lms.files.queries import File
from lms.files.schemas import (
    FileChanges,
    FileQuery,
    LearningFileSchema,
    LinkQuery,
    LinkSchema,
    NewLink,
)
from lms.files.sending import Content, send
from lms.files.showing import show_file
from lms.files.storage_keys import object_key, object_keys
from lms.permissions import may_change_file, may_read_file

routes = Routes("Files")

_IMAGE_TYPES = ("image/webp",)
_DOWNLOAD: dict[str, Any] = {
    "query": LinkQuery,
    "raw": True,
    "statuses": (206, 304),
    "errors": (PreconditionFailed, RangeNotSatisfiable, StorageUnavailable, *PARSER_FAULTS),
    "deadline": None,
}


@routes.get("/files", query=FileQuery, data=LearningFileSchema, many=True)
async def list_files(request: web.Request) -> Page[dict[str, Any]]:
    """My files, the latest first; admins see everyone's."""
    user = require_user(request)
    asked = request[QUERY]
    wanted = asked["type"]
    filters = {
        "uploader_id": None if user.is_admin else user.id,
        "content_types": None if wanted is None else GROUPS.get(wanted, [wanted]),
        "q": asked["q"] or None,
    }
    rows = await queries.list_files(
        list_pool(request),
        before=position(request, [LAST_TIME, GREATEST_ID]),
        limit=fetch_limit(request),
        **filters,
    )
    total = None
    if asked["include_total"]:
        total = await queries.count_files(list_pool(request), **filters)
    found = page(request, rows, lambda file: [file.created_at, file.id], total=total)
    return Page([file.shown() for file in found.items], found.limit, found.next_cursor, found.total)


@routes.get("/files/{file_id}", data=LearningFileSchema)
async def get_file(request: web.Request) -> Reply:
    """What is known of a file; for everyone who may read it.

    Someone's avatar or a course's thumbnail is public as a picture alone, so for others it is 404.
    """
    return show_file(await _find(request))


@routes.get(
    "/files/{file_id}/download", media_types=(*CONTENT_TYPES, "multipart/byteranges"), **_DOWNLOAD
)
async def download_file(request: web.Request) -> web.StreamResponse:
    """The file itself, whole or in ranges; for those who may read it, or with a signed link.

    Anyone who may see it only as an avatar or a course's thumbnail gets the re-encoded image.
    """
    file = await _find_linked(request, "download", _reads_original)
    if file is None:
        file = await _find(request, or_image=True)
        if not _reads_original(file):
            return await _send_image(request, file, _image_form(file))
    return await send(request, _content(request, file))


@routes.get("/files/{file_id}/thumbnail", media_types=_IMAGE_TYPES, **_DOWNLOAD)
async def get_thumbnail(request: web.Request) -> web.StreamResponse:
    """An image for a course's card: at most 1280 × 1280, re-encoded without metadata."""
    return await _answer_image(request, "thumbnail")


@routes.get("/files/{file_id}/avatar", media_types=_IMAGE_TYPES, **_DOWNLOAD)
async def get_avatar(request: web.Request) -> web.StreamResponse:
    """An image of a person: at most 512 × 512, re-encoded without metadata."""
    return await _answer_image(request, "avatar")


@routes.post("/files/{file_id}/link", body=NewLink, data=LinkSchema, secret=True)
async def create_link(request: web.Request) -> dict[str, Any]:
    """A link that needs no login; for everyone who may read the file.

    It works while its maker may read the file: it is 404 as long as they may not.
    """
    file = await _find(request, or_image=True)
    settings = request.app[SETTINGS]
    form = "download" if _reads_original(file) else _image_form(file)
    expires = int(time.time()) + request[BODY].get("expires_in", settings.file_link_seconds)
    signed = links.sign(settings, form, file.id, expires, maker_id=file.reader_id)
    return {
        "url": f"{settings.base_url}/api/v1/files/{file.id}/{form}?{signed}",
        "expires_at": datetime.fromtimestamp(expires, UTC),
    }


@routes.patch(
    "/files/{file_id}",
    body=FileChanges,
    data=LearningFileSchema,
    message="Saved.",
    errors=(Forbidden, InvalidFilename, FileTypeNotAllowed),
)
async def update_file(request: web.Request) -> Reply:
    """Rename a file, within its type, or change whether everyone may read it."""
    user = require_user(request)
    changes = request[BODY]
    await _find(request)
    async with transaction(request) as db:
        file = await queries.lock_file(db, path_id(request, "file_id"))
        if not may_change_file(user, file.uploader_id):
            raise Forbidden
        filename = file.filename
        if "filename" in changes:
            filename = check_filename(changes["filename"], pointer="/filename")
        check_if_match(request, file.updated_at)
        types = request.app[SETTINGS].file_types
        if "filename" in changes and kind_of(filename, types).content_type != file.content_type:
            raise FileTypeNotAllowed("The name must keep an extension of the file's type.")
        await queries.update_file(
            db, file.id, filename=filename, is_public=changes.get("is_public", file.is_public)
        )
        changed = await queries.get_file_for_reader(db, file.id, user.id)
    return show_file(changed)


@routes.delete("/files/{file_id}", status=204, errors=(Forbidden, FileInUse))
async def delete_file(request: web.Request) -> None:
    """Delete a file that nothing shows; its links end with it."""
    user = require_user(request)
    await _find(request)
    async with transaction(request) as db:
        file = await queries.lock_file(db, path_id(request, "file_id"))
        if not may_change_file(user, file.uploader_id):
            raise Forbidden
        check_if_match(request, file.updated_at)
        await queries.delete_file(db, file.id)
        await promise_deletion(db, object_keys(file.id), name=str(file.id))


async def _find(request: web.Request, *, or_image: bool = False) -> File:
    """A file whose original the caller may read, or at least its image. Raises NotFound."""
    user = current_user(request)
    file = await queries.get_file_for_reader(
        pool(request), path_id(request, "file_id"), user.id if user else None
    )
    if not (_reads_original(file) or (or_image and not FORMS.keys().isdisjoint(file.seen_as))):
        raise NotFound
    return file


async def _find_linked(request: web.Request, form: str, may: Callable[[File], bool]) -> File | None:
    """The file of a signed link whose maker may read it now; None without such a link.

    The caller may still read it by their own right.
    """
    file_id, given = path_id(request, "file_id"), request[QUERY]
    settings = request.app[SETTINGS]
    link = links.read(settings, form, file_id, given["expires"], given["signature"])
    if link is None:
        return None
    file = await queries.get_file_for_reader(pool(request), file_id, link.maker_id)
    return file if may(file) else None


def _reads_original(file: File) -> bool:
    return may_read_file(file.reader, file.uploader_id, file.is_public, file.seen_as)


def _image_form(file: File) -> str:
    """As what a file is seen whose original may not be read."""
    return next(form for form in FORMS if form in file.seen_as)


def _content(request: web.Request, file: File) -> Content:
    storage = request.app[STORAGE]

    def read(start: int, end: int) -> AsyncGenerator[bytes, None]:
        if (start, end) == (0, file.size):
            return storage.read(object_key(file.id))
        return storage.read(object_key(file.id), start=start, end=end)

    return Content(
        read=read,
        size=file.size,
        etag=f'"{file.sha256[:40]}"',
        content_type=file.content_type,
        filename=file.filename,
        modified_at=file.created_at,
    )


async def _answer_image(request: web.Request, form: str) -> web.StreamResponse:
    def may(file: File) -> bool:
        return form in file.seen_as or _reads_original(file)

    file = await _find_linked(request, form, may)
    if file is None:
        file = await _find(request, or_image=True)
        if not may(file):
            raise NotFound
    return await _send_image(request, file, form)


async def _send_image(request: web.Request, file: File, form: str) -> web.StreamResponse:
    if file.content_type not in IMAGES:
        raise NotFound
    app = request.app
    image = await thumbnails.get_image(app[STORAGE], app[SETTINGS], app[PARSERS], file.id, form)
    content = Content(
        read=lambda start, end: _slice(image, start, end),
        size=len(image),
        etag=make_etag(image),
        content_type="image/webp",
        # Not the file's name, which says more than the picture: it may be for everyone.
        filename=f"{form}.webp",
        modified_at=file.created_at,
        inline=True,  # made by us, from pixels alone
    )
    return await send(request, content)


async def _slice(content: bytes, start: int, end: int) -> AsyncGenerator[bytes, None]:
    yield content[start:end]
