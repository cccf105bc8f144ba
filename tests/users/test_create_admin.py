"""The first administrator comes from the command line."""

import io
import sys

import pytest

from lms.db import Pool
from lms.settings import Settings
from lms.users import admin
from tests.api import Api
from tests.auth.conftest import login

PASSWORD = "nine-purple-kettles"


async def _run(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, password: str, *args: str
) -> int:
    import asyncio

    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    return await asyncio.to_thread(admin.main, settings, list(args))


async def test_the_first_admin_is_made_and_signs_in(
    api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: Pool
) -> None:
    code = await _run(monkeypatch, settings, PASSWORD, "first@example.com", "--name", "First One")
    assert code == 0
    user = (await login(api, "first@example.com", PASSWORD)).data["user"]
    assert (user["role"], user["full_name"]) == ("admin", "First One")
    async with db.acquire() as connection:
        assert (
            await connection.fetchval("select action from audit_log order by at limit 1")
            == "user.created"
        )


@pytest.mark.parametrize(
    ("password", "email", "said"),
    [
        (PASSWORD, "not an address", "e-mail"),
        ("short", "first@example.com", "8 characters"),
        ("password1", "first@example.com", "first to be guessed"),
        ("first-one-1", "first@example.com", "name"),
    ],
)
async def test_what_the_api_would_refuse_is_refused_here_too(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    db: Pool,
    password: str,
    email: str,
    said: str,
) -> None:
    assert await _run(monkeypatch, settings, password, email, "--name", "First One") == 1
    assert said in capsys.readouterr().err


async def test_a_taken_address_makes_no_second_account(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    db: Pool,
) -> None:
    assert await _run(monkeypatch, settings, PASSWORD, "first@example.com") == 0
    assert await _run(monkeypatch, settings, PASSWORD, "FIRST@example.com") == 1
    assert "There is an account" in capsys.readouterr().err
