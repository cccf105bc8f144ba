"""Workers are woken for what triggers promise, too, and at the time of what is due later."""

import re

from lms.core.db.pool import Pool
from lms.core.db.query import Query
from lms.core.db.resources import resource_dir

_WRITE = r"\b(?:insert\s+into|update)\s+(?:only\s+)?{}\b"


async def _tables_that_tell(db: Pool) -> dict[str, set[str]]:
    """Tables whose triggers write events, with the columns whose change does."""
    async with db.acquire() as connection:
        rows = await connection.fetch(
            "select c.relname, array_agg(distinct a.attname) filter (where a.attname is not null) "
            "from pg_trigger t "
            "join pg_class c on c.oid = t.tgrelid "
            "join pg_proc p on p.oid = t.tgfoid "
            "left join pg_attribute a on a.attrelid = c.oid and a.attnum = any(t.tgattr) "
            "where not t.tgisinternal and p.prosrc ~ 'insert into events' group by c.relname"
        )
    return {table: set(columns or ()) for table, columns in rows}


async def test_sql_that_sets_off_an_event_names_the_queue(db: Pool) -> None:
    telling = await _tables_that_tell(db)
    assert {"enrollments", "lesson_progress"} <= telling.keys()
    silent = []
    for path in sorted(resource_dir("sql").rglob("*.sql")):
        folder = path.relative_to(resource_dir("sql")).parts[0]
        text = re.sub(r"--.*", "", path.read_text("utf-8"))
        for table, columns in telling.items():
            writes = re.search(_WRITE.format(table), text)
            if writes and folder != "tools" and any(re.search(rf"\b{c}\b", text) for c in columns):
                query = Query(str(path.relative_to(resource_dir("sql")).with_suffix("")))
                if "webhooks" not in query.wakes:
                    silent.append(query.name)
    assert silent == [], "give it a line `-- wakes: webhooks`"


def test_sql_that_promises_by_itself_names_the_queue() -> None:
    silent = []
    for path in sorted(resource_dir("sql").rglob("*.sql")):
        name = path.relative_to(resource_dir("sql")).with_suffix("").as_posix()
        if name.startswith("core/"):
            continue  # lms/core/jobs/promises.py and the scheduler note what they promise
        if "insert into jobs" in path.read_text("utf-8") and not Query(name).wakes:
            silent.append(name)
    assert silent == [], "give it a line `-- wakes: <queue>`"


def test_sql_that_makes_a_delivery_due_names_the_queue() -> None:
    silent, found = [], 0
    for path in sorted(resource_dir("sql").rglob("*.sql")):
        text = path.read_text("utf-8")
        makes = re.search(r"insert into webhook_deliveries|set status = 'pending'", text)
        if makes and "webhook_deliveries" in text:
            found += 1
            query = Query(path.relative_to(resource_dir("sql")).with_suffix("").as_posix())
            if "webhooks" not in query.wakes:
                silent.append(query.name)
    assert found == 3
    assert silent == [], "give it a line `-- wakes: webhooks`"
