"""Print the plans of SQL files on a large database: `bin/explain courses/get_course`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import asyncpg

from lms.core.db.query import Query
from lms.settings import load_settings
from lms.tools import migrate
from lms.tools.bench.data import Sizes, make_data
from lms.tools.bench.plans import explain
from lms.tools.bench.queries import read_file
from lms.tools.bench.site import own_database


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/explain", description=__doc__)
    parser.add_argument("names", nargs="+", help="files below sql/, and name=value parameters")
    parser.add_argument("--courses", type=int, default=10_000)
    parser.add_argument("--students", type=int, default=5_000, help="20 enrolments each")
    parser.add_argument(
        "--here", action="store_true", help="on the data of LMS_DATABASE_URL, as it is"
    )
    options = parser.parse_args(arguments)
    given = dict(part.split("=", 1) for part in options.names if "=" in part)
    queries = [_find(name) for name in options.names if "=" not in name]
    url = load_settings().database_url.value
    if options.here:
        asyncio.run(_print(url, queries, given))
        return 0
    with own_database(url) as own:
        migrate.migrate(own)
        make_data(own, Sizes(courses=options.courses, students=options.students))
        asyncio.run(_print(own, queries, given))
    return 0


def _find(name: str) -> Query[None]:
    name = name.removeprefix("sql/").removesuffix(".sql")
    try:
        return read_file(name)
    except FileNotFoundError:
        sys.exit(f"There is no sql/{name}.sql.")


async def _print(url: str, queries: Sequence[Query[None]], given: dict[str, str]) -> None:
    db = await asyncpg.connect(url)
    try:
        for query in queries:
            print(f"-- {query.name}")
            print(await explain(db, query, given), end="\n\n")
    finally:
        await db.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
