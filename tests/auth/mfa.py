"""Signing in with a second factor, step by step."""

from typing import Any

from tests.api import Api
from tests.auth.conftest import login
from tests.people import Person


async def challenge(api: Api, person: Person) -> str:
    """The token of a sign-in whose password was right and whose code is still to come."""
    data = (await login(api, person.email)).data
    assert set(data) == {"outcome", "mfa_required", "mfa_token", "expires_in"}
    assert data["outcome"] == "mfa_required"
    return str(data["mfa_token"])


async def answer(api: Api, token: str, code: str) -> Any:
    """Send the code to a challenge."""
    return await api.post("/auth/mfa/login", {"mfa_token": token, "code": code})
