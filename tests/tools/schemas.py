"""What a database holds, to compare one with another."""

import psycopg


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
    return {row[0] for row in rows if "yoyo" not in row[0]}


def schema(url: str) -> list[tuple[object, ...]]:
    """Columns, constraints, indexes, views and functions."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            """
            select 'column', table_name, column_name, data_type, column_default
            from information_schema.columns where table_schema = 'public'
            union all
            select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), ''
            from pg_constraint where connamespace = 'public'::regnamespace
            union all
            select 'index', tablename, indexname, indexdef, ''
            from pg_indexes where schemaname = 'public'
            union all
            select 'view', viewname, '', definition, '' from pg_views where schemaname = 'public'
            union all
            select 'function', proname, '', md5(prosrc), '' from pg_proc
            where pronamespace = 'public'::regnamespace and prolang <> 13
            order by 1, 2, 3, 4
            """
        ).fetchall()
