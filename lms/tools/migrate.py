"""The schema: yoyo decides which migrations are missing, and we make each of them atomic.

By itself, yoyo runs a migration on one connection and notes it on another. A kill between the two
leaves a schema that no later run understands. Here both are one transaction
(docs/decisions/0009-migrate-around-yoyo.md).
"""

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri
from yoyo.migrations import Migration, MigrationList, default_migration_table, read_sql_migration

from lms.core.db.hosts import one_by_one
from lms.core.db.resources import resource_dir
from lms.core.ids import new_id
from lms.settings import Settings

# Any number, the same for every copy of this program.
_TRY_LOCK = "select pg_try_advisory_lock(7021955001)"
_UNLOCK = "select pg_advisory_unlock(7021955001)"
_LOCK_POLL_SECONDS = 0.2
# A change that waits for a lock makes all later requests wait behind it: give up soon, and let
# those pass before the next try. This is shorter than the 1 s after which PostgreSQL looks for a
# deadlock: otherwise a change could hold one table while it waits for another, whose reader waits
# for the first.
_DDL_LOCK_MILLISECONDS = 800
_TRIES = 20
_PAUSE_SECONDS = 1.0

_MAKES_INDEX = re.compile(
    r"create\s+(?:unique\s+)?index\s+concurrently\s+(?:if\s+not\s+exists\s+)?(?P<name>\w+)", re.I
)

Say = Callable[[str], None]


class MigrationError(Exception):
    """A migration failed; the message names it and what PostgreSQL said."""


def main(settings: Settings, args: list[str]) -> int:
    """Apply, list or undo migrations; 0 when the schema is as asked."""
    parser = argparse.ArgumentParser(
        prog="migrate", description="Bring the database's schema up to date."
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--list", action="store_true", help="show which are applied")
    group.add_argument("--rollback", type=int, metavar="N", help="undo the last N")
    parsed = parser.parse_args(args)
    if parsed.rollback is not None and parsed.rollback < 1:
        parser.error("--rollback wants a number of at least 1")
    url = settings.database_url.value
    try:
        if parsed.list:
            for name, applied in status(url):
                print(f"{'applied' if applied else 'missing'}  {name}")
        elif parsed.rollback is not None:
            rollback(url, parsed.rollback, print)
        else:
            migrate(url, print)
    except MigrationError as error:
        print(error, file=sys.stderr)
        return 1
    except psycopg.OperationalError as error:
        print(f"LMS_DATABASE_URL: {str(error).strip().splitlines()[0]}", file=sys.stderr)
        return 1
    return 0


def migrate(url: str, say: Say = lambda text: None) -> list[str]:
    """Apply the missing migrations in order; returns their names.

    May run several times at once: one works, the others wait and then find nothing to do.
    """
    with _alone(url) as backend:
        names = []
        for migration in backend.to_apply(_migrations()):
            _retrying(backend, migration, "apply")
            say(f"applied  {migration.id}")
            names.append(str(migration.id))
        say("The schema is up to date." if not names else f"{len(names)} applied.")
        return names


def rollback(url: str, count: int, say: Say = lambda text: None) -> list[str]:
    """Undo the last `count` migrations, newest first; returns their names."""
    with _alone(url) as backend:
        names = []
        for migration in list(backend.to_rollback(_migrations()))[:count]:
            _retrying(backend, migration, "rollback")
            say(f"undone   {migration.id}")
            names.append(str(migration.id))
        if not names:
            say("There is nothing to undo.")
        return names


def status(url: str) -> list[tuple[str, bool]]:
    """Every migration's name, and whether it is applied."""
    with _alone(url) as backend:
        applied = set(backend.get_applied_migration_hashes())
        return [(str(m.id), m.hash in applied) for m in _migrations()]


def _migrations() -> MigrationList:
    return read_migrations(str(resource_dir("migrations")))


class _Backend(PostgresqlPsycopgBackend):  # type: ignore[misc]
    """Runs a migration's file and notes it in one transaction."""

    def run(self, migration: Migration, direction: str) -> None:
        migration.load()
        path = migration.path
        if not migration.is_raw_sql():
            raise OSError(f"{path} is not SQL; a migration is a .sql file")
        if direction == "rollback":
            path = f"{path.removesuffix('.sql')}.rollback.sql"
        if migration.use_transactions:
            with self.transaction():
                self._limit_locks(_DDL_LOCK_MILLISECONDS)
                with open(path, encoding="utf-8") as file:
                    self.connection.execute(file.read().encode())
                self._note(migration, direction)
        else:
            # `concurrently` waits for older transactions, but blocks nobody meanwhile.
            self._limit_locks(0)
            _, _, statements = read_sql_migration(path)
            for statement in statements:
                self._drop_half_built(statement)
                self.connection.execute(statement.encode())
            with self.transaction():
                self._note(migration, direction)

    def _drop_half_built(self, statement: str) -> None:
        """Drop an index whose building broke off.

        It exists but serves no query, and `if not exists` would keep it that way for ever.
        """
        made = _MAKES_INDEX.search(statement)
        if made is None:
            return
        half_built = self.connection.execute(
            "select 1 from pg_index where indexrelid = to_regclass(%s) and not indisvalid",
            [made["name"]],
        ).fetchone()
        if half_built:
            self.connection.execute(
                sql.SQL("drop index concurrently {}").format(sql.Identifier(made["name"]))
            )

    def _limit_locks(self, milliseconds: int) -> None:
        # A number without a unit is in milliseconds.
        self.connection.execute("select set_config('lock_timeout', %s, false)", [str(milliseconds)])

    def _note(self, migration: Migration, direction: str) -> None:
        if direction == "apply":
            self.mark_one(migration)
        else:
            self.unmark_one(migration)

    def get_log_data(
        self, migration: Migration | None = None, operation: str = "apply"
    ) -> dict[str, object]:
        # yoyo would ask for the user's and the machine's name, which fails for a container's
        # nameless user and waits for a DNS server that is away.
        return {
            "id": str(new_id()),
            "migration_id": migration.id if migration else None,
            "migration_hash": migration.hash if migration else None,
            "username": "lms",
            "hostname": "lms",
            "created_at_utc": datetime.now(UTC).replace(tzinfo=None),
            "operation": operation,
        }


@contextmanager
def _alone(url: str) -> Iterator[_Backend]:
    """A connection that holds the lock of migrations, so that no other program migrates."""
    hosts = [parse_uri(one) for one in one_by_one(url)]
    libpq_url = hosts[0]._replace(scheme="postgresql+psycopg")
    if len(hosts) > 1:  # libpq's way to name several
        libpq_url = libpq_url._replace(
            hostname=",".join(str(one.hostname) for one in hosts),
            port=",".join(str(one.port or 5432) for one in hosts),
        )
    with _Backend(libpq_url, default_migration_table) as backend:
        connection = backend.connection
        connection.execute("set application_name = 'lms-migrate'")
        connection.execute("set statement_timeout = 0")
        connection.execute("set client_min_messages = warning")
        # We ask again and again: a program that waits inside a statement holds a snapshot, and the
        # other program's `create index concurrently` would wait for that.
        while not _value(connection, _TRY_LOCK):
            time.sleep(_LOCK_POLL_SECONDS)
        try:
            backend.create_lock_table()
            backend.break_lock()  # we are alone: the program that left yoyo's own lock was killed
            backend.ensure_internal_schema_updated()
            yield backend
        finally:
            if not connection.closed:
                connection.execute(_UNLOCK)


def _value(connection: psycopg.Connection[Any], statement: LiteralString) -> object:
    row = connection.execute(statement).fetchone()
    return row[0] if row else None


def _retrying(backend: _Backend, migration: Migration, direction: str) -> None:
    for tries_left in reversed(range(_TRIES)):
        try:
            backend.run(migration, direction)
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            if not tries_left:
                raise MigrationError(f"{migration.id}: {error.diag.message_primary}") from error
            time.sleep(_PAUSE_SECONDS)
        except OSError as error:
            raise MigrationError(f"{migration.id}: {error}") from error
        except psycopg.Error as error:
            raise MigrationError(f"{migration.id}: {str(error).strip()}") from error
