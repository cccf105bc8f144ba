"""Where no admin can sign in, the command line takes away a second factor."""

import asyncio

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from lms.tools import reset_mfa
from tests.api import Api
from tests.auth.conftest import enable_mfa, login
from tests.people import Person


async def test_the_command_takes_away_one_second_factor(
    api: Api, settings: Settings, ada: Person, sam: Person, db: Pool
) -> None:
    await enable_mfa(api, ada)
    await enable_mfa(api, sam)
    code = await asyncio.to_thread(reset_mfa.main, settings, [f" {ada.email.upper()}"])
    assert code == 0
    assert "tokens" in (await login(api, ada.email)).data
    assert (await login(api, sam.email)).data["mfa_required"] is True
    refreshed = await api.post("/auth/refresh", {"refresh_token": ada.refresh_token})
    assert refreshed.code == "session_revoked"
    async with db.acquire() as connection:
        entry = await connection.fetchrow(
            "select actor_id, subject_id, data from audit_log where action = 'mfa.reset'"
        )
        mails = await connection.fetchval(
            "select count(*) from jobs where args -> 'context' ->> 'change' = 'reset'"
        )
    assert tuple(entry) == (None, ada.id, {"by": "reset-mfa"})
    assert mails == 1


@pytest.mark.parametrize(
    ("email", "said"),
    [("nobody@example.com", "There is no account"), ("", "There is no second factor")],
)
async def test_the_command_says_why_it_did_nothing(
    settings: Settings, sam: Person, capsys: pytest.CaptureFixture[str], email: str, said: str
) -> None:
    assert await asyncio.to_thread(reset_mfa.main, settings, [email or sam.email]) == 1
    assert said in capsys.readouterr().err
