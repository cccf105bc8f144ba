"""The first administrator comes from the command line."""

import asyncio
import io
import sys

import pytest

from lms.core.db.pool import Pool
from lms.settings import Settings
from lms.tools import create_admin as admin
from tests.api import Api
from tests.auth.conftest import login
from tests.running import environment_of

PASSWORD = "nine-purple-kettles"


async def _run(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, password: str, *args: str
) -> int:
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
async def test_the_command_refuses_what_the_api_refuses(
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


# Runs the command as at a terminal of its own, whose other end is our pipe.
_AT_A_TERMINAL = """
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(
    [sys.executable, "-m", "lms", "create-admin", "first@example.com"])))
"""


@pytest.mark.parametrize(
    ("again", "code", "said"),
    [(PASSWORD, 0, "is an administrator."), ("nine-purple-kettle", 1, "The passwords differ.")],
)
async def test_at_a_terminal_the_hidden_password_is_typed_twice(
    settings: Settings, db: Pool, again: str, code: int, said: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _AT_A_TERMINAL),
        env=environment_of(settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for prompt, typed in ((b"Password: ", PASSWORD), (b"Once more: ", again)):
        async with asyncio.timeout(30):
            seen = await process.stdout.readuntil(prompt)
        process.stdin.write(typed.encode() + b"\n")
    async with asyncio.timeout(30):
        seen += await process.stdout.read()
    assert await process.wait() == code
    assert said in seen.decode()
    assert typed not in seen.decode()
    async with db.acquire() as connection:
        assert await connection.fetchval("select count(*) from users") == (code == 0)
