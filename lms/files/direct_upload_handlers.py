"""Files that a client sends straight to the storage: begun, sent, completed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
from aiohttp import web

from lms.core.db.pool import Pool
from lms.core.http.body import read_body
from lms.core.http.etags import check_if_match
from lms.core.http.reply import Reply
from lms.core.http.request import BODY, QUERY, SETTINGS, path_id, pool, require_user, transaction
from lms.core.http.routing import Routes
from lms.core.http.streamed import Streamed
from lms.core.parsers import PARSERS
from lms.core.storage import STORAGE, ObjectMissing, StorageUnavailable
from lms.errors import IdempotencyKeyReused, NotFound, invalid
from lms.files import links, queries
from lms.files.deleting import promise_deletion
from lms.files.errors import (
    CONTENT_FAULTS,
    FileTooLarge,
    FileTypeNotAllowed,
    InvalidFilename,
    QuotaExceeded,
    UploadIncomplete,
    UploadInProgress,
)
from lms.files.kinds import kind_of
from lms.files.multipart import read_chunks
from lms.files.names import check_filename
from lms.files.receiving import receive
from lms.files.running_uploads import ALIVE_SECONDS, finish_upload, take_back, upload_in_hand
from lms.files.schemas import DirectUploadSchema, LearningFileSchema, LinkQuery, NewDirectUpload
from lms.files.showing import show_file
from lms.files.storage_keys import incoming_key, object_key

routes = Routes("Files")


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
    kind = kind_of(filename, settings.file_types)
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
    data=LearningFileSchema,
    message="The file was stored.",
    errors=(*CONTENT_FAULTS, UploadIncomplete, UploadInProgress, IdempotencyKeyReused, NotFound),
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

    put_off = partial(queries.await_again, db, upload.id, settings.file_upload_url_seconds)
    try:
        stored = await storage.stat(incoming_key(upload.id))
    except (ObjectMissing, StorageUnavailable) as error:
        await put_off()
        if isinstance(error, ObjectMissing):
            raise UploadIncomplete from None
        raise
    async with upload_in_hand(db, storage, upload.id, put_off=put_off):
        if stored.size != upload.size:
            raise invalid(
                "/size", "size_differs", f"{upload.size} bytes were announced, not {stored.size}."
            )
        # Read once and written once: whoever holds the URL could change it behind a check.
        received = await receive(
            storage,
            object_key(upload.id),
            storage.read(incoming_key(upload.id)),
            kind_of(upload.filename, settings.file_types),
            settings,
            request.app[PARSERS],
        )

    async def finish(connection: asyncpg.Connection) -> Reply:
        file = await finish_upload(
            connection, upload.id, user.id, received, is_public=upload.is_public, settings=settings
        )
        await promise_deletion(connection, [incoming_key(upload.id)], name=str(upload.id))
        return show_file(file)

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
    return show_file(await queries.get_file_for_reader(db, file_id, viewer_id))
