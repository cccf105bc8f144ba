"""What a database holds, to compare one with another."""

import psycopg


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select tablename from pg_tables where schemaname in ('public', 'figures')"
        ).fetchall()
    return {row[0] for row in rows if "yoyo" not in row[0]}


def schema(url: str) -> list[tuple[object, ...]]:
    """Columns, constraints, indexes, views and functions."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            """
            select 'column', table_schema || '.' || table_name, column_name, data_type,
                   column_default
            from information_schema.columns where table_schema in ('public', 'figures')
            union all
            select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), ''
            from pg_constraint where connamespace::regnamespace::text in ('public', 'figures')
            union all
            select 'index', tablename, indexname, indexdef, ''
            from pg_indexes where schemaname in ('public', 'figures')
            union all
            select 'view', schemaname || '.' || viewname, '', definition, ''
            from pg_views where schemaname in ('public', 'figures')
            union all
            select 'function', oid::regprocedure::text, coalesce(proconfig::text, ''),
                   md5(prosrc), ''
            from pg_proc
            where pronamespace::regnamespace::text in ('public', 'figures') and prolang <> 13
            union all
            select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), ''
            from pg_trigger where not tgisinternal
            order by 1, 2, 3, 4
            """
        ).fetchall()
