"""Every SQL file, against the migrated schema and the row type that reads it."""

import dataclasses
import importlib
import pkgutil
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

import lms
from lms.core.db.pool import Pool
from lms.core.db.query import Query, to_positional
from lms.core.db.resources import resource_dir

# What asyncpg makes of PostgreSQL's types.
_PYTHON = {
    "uuid": UUID,
    "text": str,
    "varchar": str,
    "int2": int,
    "int4": int,
    "int8": int,
    "bool": bool,
    "timestamptz": datetime,
    "date": date,
    "bytea": bytes,
    "numeric": Decimal,
    "float8": float,
}
for _module in pkgutil.walk_packages(lms.__path__, "lms."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)  # a Query registers itself where it is declared
_SQL = resource_dir("sql")
_NAMES = sorted(str(path.relative_to(_SQL).with_suffix("")) for path in _SQL.rglob("*.sql"))


@pytest.mark.parametrize("name", _NAMES)
async def test_a_query_file_is_used_fits_the_schema_and_its_row_type(db: Pool, name: str) -> None:
    query = Query.registry.get(name)
    assert query is not None, f"sql/{name}.sql is an orphan: no Query reads it"
    assert query.path.read_text("utf-8").startswith("-- "), "the first line says what the rows mean"
    async with db.acquire() as connection:
        statement = await connection.prepare(query.sql)
        columns = statement.get_attributes()
    if query.row is None:
        return
    if not dataclasses.is_dataclass(query.row):
        assert len(columns) == 1, "a row type that is no dataclass reads one column"
        return
    hints = typing.get_type_hints(query.row)
    fields = [field.name for field in dataclasses.fields(query.row)]
    assert [column.name for column in columns] == fields
    for column in columns:
        expected = _PYTHON.get(column.type.name)
        if expected is not None:
            assert _accepts(hints[column.name], expected), (column.name, column.type.name)


def _accepts(hint: typing.Any, kind: type) -> bool:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    # A numeric column may be read as float where exactness does not matter to anyone.
    return kind in options or hint is typing.Any or (kind is Decimal and float in options)


def test_parameters_in_comments_quotes_casts_and_slices_are_left_alone() -> None:
    source = """-- it's :not_one
select ':nor_this', a::text, b[1:2], $$ :nor_that $$, "c:d" /* :no */ from t
where x = :one and y = :two and z = :one"""
    text, names = to_positional(source)
    assert names == ("one", "two")
    assert text.endswith("where x = $1 and y = $2 and z = $1")
    assert "':nor_this', a::text, b[1:2], $$ :nor_that $$" in text


async def test_a_query_refuses_parameters_that_its_file_does_not_have(db: Pool) -> None:
    query = Query("users/get_user")
    with pytest.raises(TypeError, match="takes no parameter"):
        await query.first(db, user_id=UUID(int=0), colour="red")
    with pytest.raises(TypeError, match="wants"):
        await query.first(db)
