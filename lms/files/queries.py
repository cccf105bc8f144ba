"""Files, as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.core.db.query import Db, Query, columns_of, on_constraint
from lms.errors import IdempotencyInProgress, NotFound, Unavailable
from lms.files.errors import FileInUse, QuotaExceeded
from lms.files.kinds import Kind


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads a file, by themselves or through a link that they made."""

    id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class File:
    id: UUID
    filename: str
    content_type: str
    size: int
    sha256: str
    is_public: bool
    uploader_id: UUID
    url: str
    created_at: datetime
    updated_at: datetime
    seen_as: list[str]  # what shows it to its reader: lesson, question, avatar, …
    reader_id: UUID | None  # None for nobody, and for somebody disabled or erased
    reader_role: str | None  # of the reader, now

    @property
    def reader(self) -> Reader | None:
        """Whom the other fields are about."""
        if self.reader_id is None or self.reader_role is None:
            return None
        return Reader(self.reader_id, self.reader_role)

    def shown(self) -> dict[str, Any]:
        """As the API shows it."""
        return columns_of(self, without=_HIDDEN)


_HIDDEN = ("updated_at", "seen_as", "reader_id", "reader_role")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is expected, or that has arrived."""

    id: UUID
    uploader_id: UUID
    filename: str
    content_type: str
    size: int | None
    is_public: bool
    status: str
    alive_until: datetime | None


@dataclass(frozen=True, slots=True)
class FileLock:
    """A file, locked while it is changed."""

    id: UUID
    uploader_id: UUID
    content_type: str
    filename: str
    is_public: bool
    updated_at: datetime


_begin_upload = Query("files/begin_upload", UUID)
_free_claim: Query[None] = Query("files/free_claim")
_keep_alive: Query[None] = Query("files/keep_alive")
_get_room = Query("files/get_room", int)
_finish_upload = Query("files/finish_upload", UUID)
_delete_upload: Query[None] = Query("files/delete_upload")
_begin_uploads: Query[None] = Query("files/begin_uploads")
_finish_uploads: Query[None] = Query("files/finish_uploads")
_delete_uploads = Query("files/delete_uploads", UUID)
_is_unready = Query("files/is_unready", bool)
_take_direct_upload = Query("files/take_direct_upload", UUID)
_await_again: Query[None] = Query("files/await_again")
_get_upload = Query("files/get_upload", Upload)
_get_file_for_reader = Query("files/get_file_for_reader", File)
_list_uploaded_files = Query("files/list_uploaded_files", UUID)
_list_files = Query("files/list_files", File)
_count_files = Query("files/count_files", int)
_lock_file = Query("files/lock_file", FileLock)
_update_file: Query[None] = Query("files/update_file")
_delete_file: Query[None] = Query("files/delete_file")
_lock_attachable_file = Query("files/lock_attachable_file", str)
_delete_stale_uploads = Query("files/delete_stale_uploads", UUID)
_list_unknown = Query("files/list_unknown", UUID)
_list_not_awaited = Query("files/list_not_awaited", UUID)


async def free_claim(db: Db, claim: bytes) -> None:
    """Take a claim from an upload that fell silent."""
    await _free_claim.run(db, claim=claim)


async def begin_upload(
    db: Db,
    *,
    uploader_id: UUID,
    filename: str,
    content_type: str,
    is_public: bool,
    status: str,
    size: int | None,
    seconds: float,
    claim: bytes | None = None,
) -> UUID:
    """A row for a file about to arrive. Raises IdempotencyInProgress while another has `claim`."""
    with on_constraint(files_one_upload_per_key=IdempotencyInProgress):
        return await _begin_upload.one(
            db,
            uploader_id=uploader_id,
            filename=filename,
            content_type=content_type,
            is_public=is_public,
            status=status,
            size=size,
            claim=claim,
            seconds=float(seconds),
        )


async def keep_alive(db: Db, file_id: UUID, seconds: float) -> None:
    """Note that the upload is still running."""
    await _keep_alive.run(db, file_id=file_id, seconds=seconds)


async def get_room(db: Db, user_id: UUID, quota: int) -> int:
    """Bytes that a person may still store; below 0 after the quota was lowered."""
    return await _get_room.one(db, user_id=user_id, quota=quota)


async def finish_upload(
    db: Db,
    file_id: UUID,
    *,
    uploader_id: UUID,
    size: int,
    sha256: bytes,
    is_public: bool,
    quota: int,
) -> None:
    """Make a finished upload a file: its object is stored. Raises QuotaExceeded."""
    done = await _finish_upload.first(
        db,
        file_id=file_id,
        uploader_id=uploader_id,
        size=size,
        sha256=sha256,
        is_public=is_public,
        quota=quota,
    )
    if done is None:
        if await is_unready(db, file_id):
            raise QuotaExceeded
        raise Unavailable("The upload took too long to be finished; send it again.")


async def is_unready(db: Db, file_id: UUID) -> bool:
    """Whether an upload is still expected."""
    return await _is_unready.one(db, file_id=file_id)


async def delete_upload(db: Db, file_id: UUID) -> bool:
    """Delete an unfinished upload; returns whether there was one."""
    return await _delete_upload.run(db, file_id=file_id) > 0


async def begin_uploads(
    db: Db,
    *,
    uploader_id: UUID,
    files: Sequence[tuple[UUID, str, Kind, int]],
    seconds: float,
) -> None:
    """Make rows for files about to arrive: for each its id, name, kind and bytes."""
    await _begin_uploads.run(
        db,
        uploader_id=uploader_id,
        ids=[id for id, _, _, _ in files],
        filenames=[filename for _, filename, _, _ in files],
        content_types=[kind.content_type for _, _, kind, _ in files],
        sizes=[size for _, _, _, size in files],
        seconds=float(seconds),
    )


async def finish_uploads(
    db: Db,
    *,
    uploader_id: UUID,
    digests: Mapping[UUID, bytes],
    total: int,
    quota: int,
) -> None:
    """Make these uploads files, all of them or none. Raises QuotaExceeded."""
    ready = await _finish_uploads.run(
        db,
        uploader_id=uploader_id,
        ids=list(digests),
        digests=list(digests.values()),
        total=total,
        quota=quota,
    )
    if not ready and await is_unready(db, next(iter(digests))):
        raise QuotaExceeded
    if ready < len(digests):
        raise Unavailable("The files took too long to be stored; send them again.")


async def delete_uploads(db: Db, file_ids: Sequence[UUID]) -> list[UUID]:
    """Delete those of these that are unfinished uploads; returns their ids."""
    return await _delete_uploads.all(db, ids=file_ids)


async def take_direct_upload(db: Db, file_id: UUID, uploader_id: UUID, seconds: float) -> bool:
    """Claim the completion of a straight-to-storage upload; returns whether we have it."""
    taken = await _take_direct_upload.first(
        db, file_id=file_id, uploader_id=uploader_id, seconds=seconds
    )
    return taken is not None


async def await_again(db: Db, file_id: UUID, seconds: float) -> None:
    """Give up completing; the client may go on until `seconds` after the beginning."""
    await _await_again.run(db, file_id=file_id, seconds=seconds)


async def get_upload(db: Db, file_id: UUID) -> Upload:
    """A file that is expected, or that has arrived. Raises NotFound."""
    upload = await _get_upload.first(db, file_id=file_id)
    if upload is None:
        raise NotFound
    return upload


async def get_file_for_reader(db: Db, file_id: UUID, viewer_id: UUID | None) -> File:
    """A file, with what shows it to the viewer. This does not decide whether they may read it."""
    file = await _get_file_for_reader.first(db, file_id=file_id, viewer_id=viewer_id)
    if file is None:
        raise NotFound
    return file


async def list_files(
    db: Db, *, before: Sequence[object], limit: int, **filters: object
) -> list[File]:
    """A page of files, newest first."""
    before_time, before_id = before
    return await _list_files.all(
        db, before_time=before_time, before_id=before_id, limit=limit, **filters
    )


async def count_files(db: Db, **filters: object) -> int:
    """How many files there are on all pages."""
    return await _count_files.one(db, **filters)


async def lock_file(db: Db, file_id: UUID) -> FileLock:
    """A file, locked until the transaction ends. Raises NotFound."""
    file = await _lock_file.first(db, file_id=file_id)
    if file is None:
        raise NotFound
    return file


async def update_file(db: Db, file_id: UUID, *, filename: str, is_public: bool) -> None:
    """Write all the fields of a file that its uploader may change."""
    await _update_file.run(db, file_id=file_id, filename=filename, is_public=is_public)


async def delete_file(db: Db, file_id: UUID) -> None:
    """Delete a file's row. Raises FileInUse while something shows the file."""
    with on_constraint(
        lessons_file=FileInUse,
        courses_thumbnail=FileInUse,
        courses_certificate_logo=FileInUse,
        courses_certificate_signature=FileInUse,
        users_avatar=FileInUse,
        question_files_file=FileInUse,
    ):
        await _delete_file.run(db, file_id=file_id)


async def lock_attachable_file(
    db: Db, file_id: UUID, user_id: UUID, *, is_admin: bool, course_id: UUID | None
) -> str | None:
    """Lock a file that this person may attach; returns its content type, or None for others."""
    return await _lock_attachable_file.first(
        db, file_id=file_id, user_id=user_id, is_admin=is_admin, course_id=course_id
    )


async def delete_stale_uploads(db: Db, *, grace_seconds: float, limit: int) -> list[UUID]:
    """Delete uploads that have been silent for so long; their ids."""
    return await _delete_stale_uploads.all(db, grace_seconds=float(grace_seconds), limit=limit)


async def list_unknown(db: Db, ids: Sequence[UUID]) -> list[UUID]:
    """Those of these ids that no file has."""
    return await _list_unknown.all(db, ids=ids)


async def list_not_awaited(db: Db, ids: Sequence[UUID]) -> list[UUID]:
    """Those of these ids that no upload is expected for."""
    return await _list_not_awaited.all(db, ids=ids)


async def list_uploaded_files(db: Db, user_id: UUID) -> list[UUID]:
    """Every file of one uploader."""
    return await _list_uploaded_files.all(db, user_id=user_id)
