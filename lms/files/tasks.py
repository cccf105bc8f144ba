"""What workers do for files: deleting objects, and finding what crashes left behind."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from lms import retention
from lms.core.db.pool import Pool
from lms.core.db.query import Db
from lms.core.db.transactions import begin
from lms.core.http.request import parse_uuid
from lms.core.jobs.job import Job
from lms.core.jobs.tasks import WorkerContext, periodic, task
from lms.core.log import get_logger
from lms.core.storage import ObjectMissing, Storage
from lms.files import queries
from lms.files.deleting import promise_deletion
from lms.files.errors import FileInUse
from lms.files.storage_keys import object_keys

log = get_logger(__name__)

GRACE = retention.UPLOAD_GRACE  # younger objects may belong to uploads that run now
_UNFINISHED_GRACE = timedelta(hours=20)  # the longest upload; with the sweep, within a day
_BATCH = 500
OWNER = "installation.txt"  # the address of the installation whose files these are


@task(queue="progress", kind="delete_objects", max_tries=60)  # a storage away for 9 hours
async def delete_objects(worker: WorkerContext, job: Job) -> None:
    """Delete the objects of a deleted file."""
    for key in job.args["keys"]:
        await worker.storage.delete(key)


@task(queue="progress", kind="delete_erased_files", max_tries=20)
async def delete_erased_files(worker: WorkerContext, job: Job) -> None:
    """Delete what an erased person had uploaded; what a course or someone else shows stays."""
    for file_id in await queries.list_uploaded_files(worker.db, UUID(job.args["user_id"])):
        # Each by itself: only the file's own constraints know whether something shows it.
        try:
            async with begin(worker.db) as db:
                await queries.delete_file(db, file_id)
                await promise_deletion(db, object_keys(file_id), name=str(file_id))
        except FileInUse:
            continue


@periodic(every=timedelta(hours=3), name="sweep files")
@task(queue="progress", kind="sweep_files", max_tries=5, timeout_seconds=3600)
async def sweep_files(worker: WorkerContext, job: Job) -> None:
    """Remove uploads that fell silent, and objects that no file has."""
    # A disk is ours alone; a bucket may be given to two installations by mistake.
    address = None if worker.settings.storage == "local" else worker.settings.base_url
    await sweep(
        worker.db, worker.storage, grace=GRACE, unfinished_grace=_UNFINISHED_GRACE, address=address
    )


async def sweep(
    db: Pool,
    storage: Storage,
    *,
    grace: timedelta,
    unfinished_grace: timedelta,
    address: str | None = None,
) -> int:
    """Returns how many objects and rows were removed. Safe beside running uploads.

    Removes nothing if the storage belongs to an installation with another address: our database
    does not know its files, and they would all look like orphans.
    """
    if address is not None and not await _is_ours(db, storage, address):
        return 0
    now = datetime.now(UTC)
    removed = 0
    dropped: list[UUID] | None = None
    while dropped is None or len(dropped) == _BATCH:
        dropped = await queries.delete_stale_uploads(
            db, grace_seconds=grace.total_seconds(), limit=_BATCH
        )
        for file_id in dropped:
            for key in object_keys(file_id):
                await storage.delete(key)
        removed += len(dropped)
    removed += await storage.drop_unfinished(now - unfinished_grace)
    for prefix in ("files/", "thumbnail/", "avatar/"):
        removed += await _remove_orphans(db, storage, prefix, queries.list_unknown, now - grace)
    removed += await _remove_orphans(
        db, storage, "incoming/", queries.list_not_awaited, now - grace
    )
    if removed:
        log.info("files were swept", removed=removed)
    return removed


async def _is_ours(db: Pool, storage: Storage, address: str) -> bool:
    """Whether the storage is marked as ours; if it has no mark, write one."""
    try:
        owner = (await storage.get(OWNER)).decode("utf-8", "replace").strip()
    except ObjectMissing:
        if await _holds_strangers_alone(db, storage):
            log.error(
                "our database knows none of the storage's files: nothing was swept. If they are "
                "ours, write our address into the object that says so",
                address=address,
                object=OWNER,
            )
        else:
            await storage.put(OWNER, address.encode())
        return False  # two may have written at once: the next sweep finds only one mark
    if owner != address:
        log.error(
            "the storage is another installation's: nothing was swept. If it is this one, under "
            "an earlier address, delete the object that says so",
            owner=owner,
            address=address,
            object=OWNER,
        )
    return owner == address


async def _holds_strangers_alone(db: Pool, storage: Storage) -> bool:
    """Whether the files look like those of another installation that has left no mark yet."""
    ids: list[UUID] = []
    async for stored in storage.list("files/"):
        if (file_id := parse_uuid(stored.key.removeprefix("files/"))) is not None:
            ids.append(file_id)
        if len(ids) == _BATCH:
            break
    return bool(ids) and len(await queries.list_unknown(db, ids)) == len(ids)


Select = Callable[[Db, Sequence[UUID]], Awaitable[list[UUID]]]


async def _remove_orphans(
    db: Pool, storage: Storage, prefix: str, select: Select, before: datetime
) -> int:
    removed = 0
    batch: list[UUID] = []

    async def flush() -> int:
        orphans = await select(db, batch) if batch else []
        for file_id in orphans:
            await storage.delete(f"{prefix}{file_id}")
        batch.clear()
        return len(orphans)

    async for stored in storage.list(prefix):
        file_id = parse_uuid(stored.key.removeprefix(prefix))
        if file_id is None or stored.modified_at >= before:
            continue
        batch.append(file_id)
        if len(batch) == _BATCH:
            removed += await flush()
    return removed + await flush()
