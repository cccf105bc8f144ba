"""Files that come as a form."""

import hashlib
from functools import partial

import asyncpg
import orjson
from aiohttp import web

from lms.core.http.reply import Reply
from lms.core.http.request import SETTINGS, pool, require_user
from lms.core.http.routing import Routes
from lms.core.http.streamed import KEY_IN_USE, Streamed
from lms.core.parsers import PARSERS
from lms.core.storage import STORAGE
from lms.errors import IdempotencyKeyReused, Invalid
from lms.files import queries
from lms.files.errors import CONTENT_FAULTS, MalformedMultipart, QuotaExceeded
from lms.files.incoming_form import IncomingForm
from lms.files.kinds import kind_of
from lms.files.multipart import OVERHEAD
from lms.files.receiving import Received, measure, receive
from lms.files.running_uploads import claim_upload, finish_upload, take_back, upload_in_hand
from lms.files.schemas import LearningFileSchema, UploadForm
from lms.files.showing import show_file
from lms.files.storage_keys import object_key

routes = Routes("Files")


@routes.post(
    "/files/upload",
    body=UploadForm,
    body_types=("multipart/form-data",),
    reads_body=False,
    data=LearningFileSchema,
    status=201,
    message="The file was stored.",
    errors=(*CONTENT_FAULTS, MalformedMultipart, IdempotencyKeyReused, Invalid),
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
        # A repeat: compare its file with the stored one, and do not store it again.
        received = await measure(content)
        await form.read_rest()
        return Streamed(_fingerprint(filename, form, received), effect=None)

    kind = kind_of(filename, settings.file_types)
    room = await queries.get_room(db, user.id, settings.file_quota_bytes)
    if room <= 0 or (request.content_length or 0) - OVERHEAD > room:
        raise QuotaExceeded
    file_id = await claim_upload(
        db, key.claim if key else None, uploader_id=user.id, filename=filename, kind=kind
    )
    async with upload_in_hand(db, storage, file_id):
        received = await receive(
            storage, object_key(file_id), content, kind, settings, request.app[PARSERS]
        )
        await form.read_rest()

    async def finish(connection: asyncpg.Connection) -> Reply:
        file = await finish_upload(
            connection, file_id, user.id, received, is_public=form.is_public, settings=settings
        )
        return show_file(file, {"Location": f"/api/v1/files/{file.id}"})

    return Streamed(
        _fingerprint(filename, form, received),
        finish,
        undo=partial(take_back, db, storage, file_id),
    )


def _fingerprint(filename: str, form: IncomingForm, received: Received) -> bytes:
    """A fingerprint that is equal for equal parts, whatever their order and the boundary."""
    said = [filename, form.is_public, received.sha256.hex(), received.size]
    return hashlib.sha256(orjson.dumps(said)).digest()
