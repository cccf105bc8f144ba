"""Files: how they come, as a form or straight to the storage."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.http.body import read_body
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.reply import Reply
from lms.core.http.request import BODY, QUERY, SETTINGS, path_id, pool, require_user, transaction
from lms.core.http.routing import Routes
from lms.core.http.streamed import KEY_IN_USE, Streamed
from lms.core.storage import STORAGE, ObjectMissing, StorageUnavailable
from lms.errors import IdempotencyKeyReused, Invalid, NotFound, invalid
from lms.files import links, queries
from lms.files.deleting import promise_deletion
from lms.files.errors import (
    ArchiveRejected,
    FileEmpty,
    FileTooLarge,
    FileTypeNotAllowed,
    ImageTooLarge,
    InvalidFilename,
    MalformedMultipart,
    QuotaExceeded,
    UploadIncomplete,
    UploadInProgress,
)
from lms.files.incoming_form import IncomingForm
from lms.files.multipart import OVERHEAD, read_chunks
from lms.files.names import check_filename
from lms.files.queries import File
from lms.files.receiving import (
    ALIVE_SECONDS,
    Received,
    claim_upload,
    incoming_key,
    kind_of,
    measure,
    object_key,
    receive,
    take_back,
    upload_in_hand,
)
from lms.files.schemas import (
    DirectUploadSchema,
    FileSchema,
    LinkQuery,
    NewDirectUpload,
    UploadForm,
)
from lms.settings import Settings

routes = Routes("Files")

_CONTENT_FAULTS = (
    ArchiveRejected, FileEmpty, FileTooLarge, FileTypeNotAllowed, ImageTooLarge, InvalidFilename,
    QuotaExceeded, StorageUnavailable,
)  # fmt: skip


@routes.post(
    "/files/upload",
    body=UploadForm,
    body_types=("multipart/form-data",),
    reads_body=False,
    data=FileSchema,
    status=201,
    message="The file was stored.",
    errors=(*_CONTENT_FAULTS, MalformedMultipart, IdempotencyKeyReused, Invalid),
    rate_group="uploads",
    deadline=None,
)
async def upload_file(request: web.Request) -> Streamed:
    """Upload a file as a form of `file` and, if everyone may read it, `is_public=true`."""
    user, key = require_user(request), request[KEY_IN_USE]
    settings, storage, db = request.app[SETTINGS], request.app[STORAGE], pool(request)
    form = IncomingForm(request)
    filename, content = await form.find_file()
    if key is not None and await key.is_answered():
        # A repeat: its file is compared with the one that is stored, and not stored again.
        received = await measure(content)
        await form.read_rest()
        return Streamed(_fingerprint(filename, form, received), effect=None)

    kind = kind_of(filename, settings)
    room = await queries.get_room(db, user.id, settings.file_quota_bytes)
    if room <= 0 or (request.content_length or 0) - OVERHEAD > room:
        raise QuotaExceeded
    file_id = await claim_upload(
        db, key.claim if key else None, uploader_id=user.id, filename=filename, kind=kind
    )
    async with upload_in_hand(db, storage, file_id):
        received = await receive(storage, object_key(file_id), content, kind, settings)
        await form.read_rest()

    async def finish(connection: asyncpg.Connection) -> Reply:
        file = await _finish(
            connection, file_id, user.id, received, is_public=form.is_public, settings=settings
        )
        return _created(file)

    return Streamed(
        _fingerprint(filename, form, received),
        finish,
        undo=partial(take_back, db, storage, file_id),
    )


def _fingerprint(filename: str, form: IncomingForm, received: Received) -> bytes:
    """The same for the same parts, whatever the boundary and their order."""
    said = [filename, form.is_public, received.sha256.hex(), received.size]
    return hashlib.sha256(orjson.dumps(said)).digest()


async def _finish(
    db: asyncpg.Connection,
    file_id: UUID,
    uploader_id: UUID,
    received: Received,
    *,
    is_public: bool,
    settings: Settings,
) -> File:
    """The file that an upload has become. Raises QuotaExceeded."""
    await queries.finish_upload(
        db,
        file_id,
        uploader_id=uploader_id,
        size=received.size,
        sha256=received.sha256,
        is_public=is_public,
        quota=settings.file_quota_bytes,
    )
    return await queries.get_file_for_reader(db, file_id, uploader_id)


@routes.post(
    "/files/uploads",
    body=NewDirectUpload,
    data=DirectUploadSchema,
    status=201,
    message="Send the file to this URL, then complete the upload.",
    errors=(FileTooLarge, FileTypeNotAllowed, InvalidFilename, QuotaExceeded, StorageUnavailable),
    rate_group="uploads",
    secret=True,
)
async def create_direct_upload(request: web.Request) -> dict[str, Any]:
    """Begin an upload that goes straight to the storage."""
    user = require_user(request)
    settings, asked = request.app[SETTINGS], request[BODY]
    filename = check_filename(asked["filename"], pointer="/filename")
    kind = kind_of(filename, settings)
    if asked["size"] > settings.file_max_bytes:
        raise FileTooLarge
    seconds = settings.file_upload_url_seconds
    async with transaction(request) as db:
        if asked["size"] > await queries.get_room(db, user.id, settings.file_quota_bytes):
            raise QuotaExceeded
        file_id = await queries.begin_upload(
            db,
            uploader_id=user.id,
            filename=filename,
            content_type=kind.content_type,
            is_public=asked["is_public"],
            status="awaiting",
            size=asked["size"],
            seconds=seconds,
        )
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)
    target = await request.app[STORAGE].sign_upload(
        incoming_key(file_id), size=asked["size"], seconds=seconds
    )
    if target is not None:
        url, headers = target.url, dict(target.headers)
    else:
        # Without a maker: what it sends is a file once its uploader completes it.
        signed = links.sign(settings, "upload", file_id, int(expires_at.timestamp()), maker_id=None)
        url = f"{settings.base_url}/api/v1/files/uploads/{file_id}/content?{signed}"
        headers = {}
    return {
        "id": file_id, "method": "PUT", "url": url, "headers": headers, "expires_at": expires_at,
    }  # fmt: skip


@routes.put(
    "/files/uploads/{upload_id}/content",
    query=LinkQuery,
    reads_body=False,
    body_types=("application/octet-stream",),
    status=204,
    errors=(FileTooLarge, StorageUnavailable),
    deadline=None,
)
async def receive_direct_upload(request: web.Request) -> None:
    """Where a straight-to-storage upload goes on a site whose storage takes no requests itself.

    The URL is signed; it needs no login. The body is the file and nothing else.
    """
    given, file_id = request[QUERY], path_id(request, "upload_id")
    link = links.read(
        request.app[SETTINGS], "upload", file_id, given["expires"], given["signature"]
    )
    if link is None:
        raise NotFound
    check_if_match(request, None)  # nothing is there yet that a tag could name
    upload = await queries.get_upload(pool(request), file_id)
    if upload.status != "awaiting" or upload.size is None:
        raise NotFound
    await request.app[STORAGE].write(
        incoming_key(file_id), _exactly(read_chunks(request, upload.size), upload.size)
    )


async def _exactly(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    came = 0
    async for chunk in chunks:
        came += len(chunk)
        yield chunk
    if came != size:
        raise invalid("", "size_differs", f"{size} bytes were announced, {came} came.")


@routes.post(
    "/files/uploads/{upload_id}/complete",
    reads_body=False,  # so that no transaction spans what may take minutes
    body_types=(),
    data=FileSchema,
    message="The file was stored.",
    errors=(*_CONTENT_FAULTS, UploadIncomplete, UploadInProgress, IdempotencyKeyReused, NotFound),
    deadline=None,
)
async def complete_direct_upload(request: web.Request) -> Streamed:
    """Check what was sent straight to the storage, and make it a file.

    What is not allowed is deleted again. Repeating returns the same file.
    """
    user = require_user(request)
    settings, storage, db = request.app[SETTINGS], request.app[STORAGE], pool(request)
    if await read_body(request, settings.max_json_bytes) not in (b"", b"{}"):
        raise invalid("", "unknown_field", "This takes no body.")
    upload = await queries.get_upload(db, path_id(request, "upload_id"))
    if upload.uploader_id != user.id:
        raise NotFound
    if upload.status == "ready" or not await _take(db, upload):
        return Streamed(
            upload.id.bytes, effect=partial(_show, file_id=upload.id, viewer_id=user.id)
        )

    try:
        stored = await storage.stat(incoming_key(upload.id))
    except (ObjectMissing, StorageUnavailable) as error:
        await queries.await_again(db, upload.id, settings.file_upload_url_seconds)
        if isinstance(error, ObjectMissing):
            raise UploadIncomplete from None
        raise
    async with upload_in_hand(db, storage, upload.id):
        if stored.size != upload.size:
            raise invalid(
                "/size", "size_differs", f"{upload.size} bytes were announced, not {stored.size}."
            )
        # Read once and written once: whoever holds the URL could change it behind a check.
        received = await receive(
            storage,
            object_key(upload.id),
            storage.read(incoming_key(upload.id)),
            kind_of(upload.filename, settings),
            settings,
        )

    async def finish(connection: asyncpg.Connection) -> Reply:
        file = await _finish(
            connection, upload.id, user.id, received, is_public=upload.is_public, settings=settings
        )
        await promise_deletion(connection, [incoming_key(upload.id)], name=str(upload.id))
        return _shown(file)

    return Streamed(upload.id.bytes, finish, undo=partial(take_back, db, storage, upload.id))


async def _take(db: Pool, upload: queries.Upload) -> bool:
    """Whether it is for the caller to complete an upload; False if another just completed it.

    Raises UploadInProgress while another is completing it.
    """
    if await queries.take_direct_upload(db, upload.id, upload.uploader_id, ALIVE_SECONDS):
        return True
    if (await queries.get_upload(db, upload.id)).status == "ready":
        return False
    raise UploadInProgress


async def _show(db: asyncpg.Connection, *, file_id: UUID, viewer_id: UUID) -> Reply:
    return _shown(await queries.get_file_for_reader(db, file_id, viewer_id))


def _created(file: File) -> Reply:
    reply = _shown(file)
    return Reply(
        reply.data, version=reply.version, headers={"Location": f"/api/v1/files/{file.id}"}
    )


def _shown(file: File) -> Reply:
    return Reply(file.shown(), version=version_of(file.updated_at))
