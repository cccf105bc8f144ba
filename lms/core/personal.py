"""Personal data: what each table holds about a person, and how it is exported and erased.

Every table of the schema has an entry in the `personal_queries.py` of its domain. A test compares
the entries with the migrated schema, so no table can be added without deciding this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from lms.core.db.query import Query

NOBODY = "says nothing about a person"
CONTENT = "belongs to a course, whose row names the author"
BY_ID = "names the person by an id that means nobody once the account is erased"
FIGURES = "counts, by ids at most, that mean nobody once the account is erased"


@dataclass(frozen=True, slots=True)
class PersonalTable:
    """A table; `why` says why it is not exported, not erased, or both.

    `given` holds parameters of its queries that are the same for every person.
    """

    name: str
    export: Query[None] | None = None
    erase: Query[None] | None = None
    why: str = ""
    given: Mapping[str, object] = field(default_factory=dict)


# Every table, in the order in which rows are erased.
PERSONAL_TABLES: web.AppKey[Sequence[PersonalTable]] = web.AppKey("personal_tables")
