"""Files: how they come, as a form or straight to the storage."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
from aiohttp import web

from lms.core.http.body import read_body
from lms.core.http.etags import check_if_match, version_of
from lms.core.http.reply import Reply
from lms.core.http.request import BODY, SETTINGS, path_id, pool, require_user, transaction
from lms.core.http.routing import Routes, endpoint_of_route
from lms.core.storage import STORAGE, ObjectMissing, StorageUnavailable
from lms.errors import (
    IdempotencyInProgress,
    IdempotencyKeyReused,
    Invalid,
    NotFound,
    invalid,
)
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
from lms.files.multipart import OVERHEAD, read_chunks, read_parts
from lms.files.names import check_filename
from lms.files.queries import File
from lms.files.receiving import (
    ALIVE_SECONDS,
    Received,
    incoming_key,
    kind_of,
    measure,
    object_key,
    receive,
    upload_in_hand,
)
from lms.files.schemas import (
    DirectUploadSchema,
    FileSchema,
    LinkQuery,
    NewDirectUpload,
    UploadForm,
)
from lms.middlewares.idempotency import claim_of, commit_once, was_answered

routes = Routes("Files")

_CONTENT_FAULTS = (
    ArchiveRejected, FileEmpty, FileTooLarge, FileTypeNotAllowed, ImageTooLarge, InvalidFilename,
    QuotaExceeded, StorageUnavailable,
)  # fmt: skip


@dataclass
class _Form:
    """What an upload's form says."""

    filename: str | None = None
    is_public: bool = False
    received: Received | None = None

    @property
    def fingerprint(self) -> bytes:
        """The same for the same parts, whatever the boundary and their order."""
        assert self.received is not None, "read_form checks"
        said = [self.filename, self.is_public, self.received.sha256.hex(), self.received.size]
        return hashlib.sha256(orjson.dumps(said)).digest()


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
async def upload_file(request: web.Request) -> Any:
    """Upload a file as a form of `file` and, if everyone may read it, `is_public=true`."""
    user = require_user(request)
    settings, storage = request.app[SETTINGS], request.app[STORAGE]
    repeated = await was_answered(request)
    async with AsyncExitStack() as stack:
        hand = None

        async def store(filename: str, chunks: AsyncIterator[bytes]) -> Received:
            nonlocal hand
            kind = kind_of(filename, settings)
            room = await queries.get_room(pool(request), user.id, settings.file_quota_bytes)
            if max(0, (request.content_length or 0) - OVERHEAD) > room or room <= 0:
                raise QuotaExceeded
            file_id = await queries.claim_upload(
                pool(request),
                claim_of(request),
                uploader_id=user.id,
                filename=filename,
                content_type=kind.content_type,
                is_public=False,
                status="storing",
                size=None,
                seconds=ALIVE_SECONDS,
            )
            hand = await stack.enter_async_context(upload_in_hand(pool(request), storage, file_id))
            return await receive(storage, object_key(file_id), chunks, kind, settings)

        async def compare(filename: str, chunks: AsyncIterator[bytes]) -> Received:
            return await measure(chunks)

        form = await _read_form(request, compare if repeated else store)

        async def effect(db: asyncpg.Connection) -> Reply:
            if hand is None:  # the reply that was there expired just now
                raise IdempotencyInProgress
            assert form.received is not None
            file = await queries.finish_upload(
                db,
                hand.file_id,
                uploader_id=user.id,
                size=form.received.size,
                sha256=form.received.sha256,
                is_public=form.is_public,
                quota=settings.file_quota_bytes,
            )
            hand.kept = True
            return _created(file)

        return await commit_once(request, form.fingerprint, effect)


async def _read_form(request: web.Request, take: Any) -> _Form:
    """Read the form, giving the file's name and content to `take` as they come."""
    form = _Form()
    seen: set[str] = set()
    async for part in read_parts(request, request.app[SETTINGS].file_max_bytes + OVERHEAD):
        shown = part.name if part.name.isascii() and part.name.isprintable() else ""
        if part.name in seen:
            raise invalid(f"/{shown[:64]}", "repeated", "May be given once.")
        seen.add(part.name)
        if part.name == "file":
            if part.filename is None:
                raise InvalidFilename("The part `file` has no file name.")
            form.filename = check_filename(part.filename)
            form.received = await take(form.filename, part.chunks())
        elif part.name == "is_public":
            word = (await part.text(16)).strip().lower()
            if word not in ("true", "false"):
                raise invalid("/is_public", "invalid", "Must be true or false.")
            form.is_public = word == "true"
        else:
            raise invalid(f"/{shown[:64]}", "unknown_field", "Unknown field.")
    if form.received is None:
        raise invalid("/file", "required", "Missing data for required field.")
    return form


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
        signed = links.sign(settings, "upload", file_id, int(expires_at.timestamp()))
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
    endpoint = endpoint_of_route(request.match_info.route)
    assert endpoint is not None
    given = endpoint.read_query(request.rel_url.raw_query_string)
    file_id = path_id(request, "upload_id")
    if not links.is_good(
        request.app[SETTINGS], "upload", file_id, given["expires"], given["signature"]
    ):
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
async def complete_direct_upload(request: web.Request) -> Any:
    """Check what was sent straight to the storage, and make it a file.

    What is not allowed is deleted again. Repeating returns the same file.
    """
    user = require_user(request)
    settings = request.app[SETTINGS]
    if await read_body(request, settings.max_json_bytes) not in (b"", b"{}"):
        raise invalid("", "unknown_field", "This takes no body.")
    upload = await queries.get_upload(pool(request), path_id(request, "upload_id"))
    if upload.uploader_id != user.id:
        raise NotFound
    if upload.status != "ready":
        finished = await _complete(request, upload)
        if finished is not None:
            return finished

    async def effect(db: asyncpg.Connection) -> Reply:
        return _shown(await queries.get_file(db, upload.id, user.id))

    return await commit_once(request, upload.id.bytes, effect)


async def _complete(request: web.Request, upload: queries.Upload) -> Any:
    """The reply; None if another request completed it meanwhile."""
    settings, storage, db = request.app[SETTINGS], request.app[STORAGE], pool(request)
    if not await queries.take_direct_upload(db, upload.id, upload.uploader_id, ALIVE_SECONDS):
        if (await queries.get_upload(db, upload.id)).status == "ready":
            return None
        raise UploadInProgress
    try:
        stored = await storage.stat(incoming_key(upload.id))
    except (ObjectMissing, StorageUnavailable) as error:
        await queries.await_again(db, upload.id, settings.file_upload_url_seconds)
        if isinstance(error, ObjectMissing):
            raise UploadIncomplete from None
        raise
    async with upload_in_hand(db, storage, upload.id) as hand:
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

        async def effect(connection: asyncpg.Connection) -> Reply:
            file = await queries.finish_upload(
                connection,
                upload.id,
                uploader_id=upload.uploader_id,
                size=received.size,
                sha256=received.sha256,
                is_public=upload.is_public,
                quota=settings.file_quota_bytes,
            )
            await promise_deletion(connection, [incoming_key(upload.id)], name=str(upload.id))
            hand.kept = True
            return _shown(file)

        return await commit_once(request, upload.id.bytes, effect)


def _created(file: File) -> Reply:
    reply = _shown(file)
    return Reply(
        reply.data, version=reply.version, headers={"Location": f"/api/v1/files/{file.id}"}
    )


def _shown(file: File) -> Reply:
    return Reply(file.shown(), version=version_of(file.updated_at))
