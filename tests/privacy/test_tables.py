"""No table is forgotten."""

from lms.core.db.pool import Pool
from lms.core.db.resources import resource_dir
from tests.privacy.tables import TABLES


async def test_every_table_says_how_it_is_exported_and_erased_or_why_not(db: Pool) -> None:
    async with db.acquire() as connection:
        found = await connection.fetch(
            # A partitioned table holds no rows; its partitions do.
            "select c.oid::regclass::text as name "
            "from pg_class c join pg_namespace n on n.oid = relnamespace "
            "where nspname in ('public', 'figures') and relkind in ('r', 'm') "
            "and relname not like '%yoyo%'"
        )
    there = {record["name"] for record in found}
    assert len(there) > 20
    declared = {table.name for table in TABLES}
    assert there == declared, "say in a domain's personal_queries.py what becomes of these"


def test_a_table_left_out_of_export_or_erasure_says_why() -> None:
    names = [table.name for table in TABLES]
    assert len(names) == len(set(names))
    for table in TABLES:
        assert table.why or (table.export and table.erase), table.name


async def test_a_table_with_personal_columns_gives_a_real_reason(db: Pool) -> None:
    """A column that refers to a person, by key or by name, makes it a table about people."""
    async with db.acquire() as connection:
        found = await connection.fetch(
            "select distinct format('%I.%I', table_schema, table_name)::regclass::text as name "
            "from information_schema.columns c "
            "join pg_tables t on t.schemaname = c.table_schema and t.tablename = c.table_name "
            "where table_schema in ('public', 'figures') "
            "and column_name in ('user_id', 'student_id', "
            "'instructor_id', 'owner_id', 'uploader_id', 'requested_by', 'actor_id', 'email', "
            "'email_key', 'address', 'full_name', 'ip')"
        )
    knowing = {record["name"] for record in found}
    assert {"users", "sessions", "enrollments", "audit_log"} <= knowing
    plain = {table.name for table in TABLES if table.why == "says nothing about a person"}
    assert not knowing & plain


def test_every_export_and_erase_query_is_declared_once() -> None:
    queries = [q for table in TABLES for q in (table.export, table.erase) if q is not None]
    assert len({query.name for query in queries}) == len(queries)
    folder = resource_dir("sql")
    files = {
        str(path.relative_to(folder).with_suffix(""))
        for verb in ("export", "erase")
        for path in folder.rglob(f"{verb}_*.sql")
    }
    assert {query.name for query in queries} == files


def test_the_account_itself_is_erased_last() -> None:
    """The other tables find a person by what `users` holds."""
    assert TABLES[-1].name == "users"
