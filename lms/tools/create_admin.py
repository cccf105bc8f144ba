"""The first administrator, from the command line."""

import argparse
import asyncio
import getpass
import sys

from lms.auth.passwords import Passwords
from lms.auth.policy import check_new_password
from lms.core.audit.record import record
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.http.schemas import BaseSchema, Email, load
from lms.errors import LMSError
from lms.settings import Settings
from lms.users.queries import create_user


class _Address(BaseSchema):
    email = Email(required=True)


def main(settings: Settings, args: list[str]) -> int:
    """`create-admin EMAIL --name NAME`; the password comes from a prompt or standard input."""
    parser = argparse.ArgumentParser(prog="create-admin", description=__doc__)
    parser.add_argument("email")
    parser.add_argument("--name", default="Administrator")
    given = parser.parse_args(args)
    try:
        email = load(_Address(), {"email": given.email})["email"]
        password = _read_password()
        check_new_password(password, settings, email=email, full_name=given.name)
        asyncio.run(create_admin(settings, email, given.name, password))
    except LMSError as error:
        faults = [fault.detail for fault in error.errors]
        print(" ".join(faults) or error.detail, file=sys.stderr)
        return 1
    print(f"{email} is an administrator.")
    return 0


def _read_password() -> str:
    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != password:
            raise LMSError("The passwords differ.")
        return password
    return sys.stdin.readline().rstrip("\n")


async def create_admin(settings: Settings, email: str, name: str, password: str) -> None:
    """Raises EmailTaken."""
    pool = Pool(settings.database_url, settings, application="lms-create-admin")
    passwords = Passwords(settings)
    await pool.open()
    try:
        hashed = await passwords.hash(password)
        async with begin(pool) as db:
            user = await create_user(
                db, email=email, full_name=name, password_hash=hashed, role="admin"
            )
            await record(db, None, "user.created", user.id, role="admin", by="create-admin")
    finally:
        passwords.close()
        await pool.close()
