"""Takes away someone's second factor, where no admin can sign in to do it."""

import argparse
import asyncio
import sys

from lms.auth.resetting_mfa import take_factor
from lms.auth.throttling import email_key_of
from lms.core.audit.record import record
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.errors import LMSError
from lms.settings import Settings
from lms.users.queries import get_account, lock_user


def main(settings: Settings, args: list[str]) -> int:
    """`reset-mfa EMAIL`; the person signs in with the password alone, and is told by mail."""
    parser = argparse.ArgumentParser(prog="reset-mfa", description=__doc__)
    parser.add_argument("email")
    email = parser.parse_args(args).email
    try:
        asyncio.run(reset_mfa(settings, email))
    except LMSError as error:
        print(error.detail, file=sys.stderr)
        return 1
    print(f"{email} signs in without a second factor now.")
    return 0


async def reset_mfa(settings: Settings, email: str) -> None:
    """Raises LMSError for an address without an account, and MfaNotEnabled."""
    pool = Pool(settings.database_url, settings, application="lms-reset-mfa")
    await pool.open()
    try:
        account = await get_account(pool, email_key_of(email))
        if account is None:
            raise LMSError("There is no account with this address.")
        async with begin(pool) as db:
            await lock_user(db, account.id)
            await take_factor(db, account.id)
            await record(db, None, "mfa.reset", account.id, by="reset-mfa")
    finally:
        await pool.close()
