"""Secrets are planted wherever one can be given; none comes out anywhere else."""

import asyncio
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit, urlunsplit

import pytest
from aiohttp import web

from lms.core.http.routing import Endpoint, endpoints
from lms.settings import Secret, Settings, SettingsError, load_settings
from tests.api import Api
from tests.contract.world import NOWHERE
from tests.people import PASSWORD, Person
from tests.running import free_port, serving_api

CANARY = "canary-7f3e9b-never-shown"
_SECRET_FIELD = re.compile(r"password|token|code|secret|key")


def _is_secret(hint: Any) -> bool:
    return hint is Secret or any(_is_secret(part) for part in get_args(hint))


def _secret_settings() -> list[str]:
    hints = get_type_hints(Settings)
    return [field.name for field in fields(Settings) if _is_secret(hints[field.name])]


def test_a_setting_that_is_secret_is_not_in_its_repr() -> None:
    names = _secret_settings()
    assert {"secret_keys", "database_url", "redis_url", "smtp_url", "sentry_dsn"} <= set(names)
    for name in names:
        many = isinstance(getattr(Settings(), name), tuple)
        settings = replace(Settings(), **{name: (Secret(CANARY),) if many else Secret(CANARY)})
        assert CANARY not in f"{settings!r} {settings} {getattr(settings, name)}"


@pytest.mark.parametrize("name", _secret_settings())
def test_a_setting_that_is_refused_is_named_and_not_quoted(name: str) -> None:
    variable = f"LMS_{name.upper()}"
    refusal = _refusal({variable: f"{CANARY}:\n://{CANARY}@"})
    if refusal is not None:  # a Sentry address may be anything
        assert variable in str(refusal)
        assert CANARY not in f"{refusal} {refusal!r}"


def _refusal(environ: dict[str, str]) -> SettingsError | None:
    try:
        load_settings(environ)
    except SettingsError as refusal:
        return refusal
    return None


def _with_password(url: Secret) -> Secret:
    parts = urlsplit(url.value)
    if parts.password:
        return url  # a server that asks for its own password gets it
    host = f"{parts.username or ''}:{CANARY}@{parts.hostname}:{parts.port}"
    return Secret(urlunsplit(parts._replace(netloc=host)))


def _planted(settings: Settings) -> Settings:
    """The settings with a canary in each that is secret: in whole, or in the part that is."""
    changes: dict[str, Any] = {}
    for name in _secret_settings():
        value = getattr(settings, name)
        if name == "secret_keys":
            changes[name] = (Secret(f"canary:{CANARY}-{'x' * 32}"), *value)
        elif name in _ADDRESSES:
            changes[name] = Secret(_ADDRESSES[name])
        elif isinstance(value, Secret) and "://" in value.value:
            changes[name] = _with_password(value)
        else:
            changes[name] = Secret(CANARY)
    return replace(settings, **changes)


# Of servers that are not there; the others keep theirs, and get a password.
_ADDRESSES = {
    "smtp_url": f"smtp://user:{CANARY}@127.0.0.1:1",
    "sentry_dsn": f"http://{CANARY}@127.0.0.1:1/1",
    "traces_url": f"http://user:{CANARY}@127.0.0.1:1/v1/traces",
    "azure_connection_string": f"AccountName=site;AccountKey={CANARY}",
}


def _filled(endpoint: Endpoint) -> dict[str, Any]:
    """A body with a canary in each of its credential fields, and something in the others."""
    assert endpoint.body is not None
    body: dict[str, Any] = {}
    for name, field in endpoint.body.fields.items():
        if _SECRET_FIELD.search(name):
            body[name] = CANARY
        elif field.required:
            body[name] = "someone@example.com" if "email" in name else "Someone"
    return body


async def test_no_planted_secret_reaches_a_log_a_metric_or_an_answer(
    settings: Settings, app: web.Application, api: Api, sam: Person, tmp_path: Path
) -> None:
    asked = [
        endpoint
        for endpoint in endpoints(app)
        if endpoint.body is not None and any(map(_SECRET_FIELD.search, endpoint.body.fields))
    ]
    assert len(asked) >= 12
    mine = replace(
        settings,
        port=free_port(),
        public_url=settings.base_url,
        data_dir=tmp_path,
        log_level="debug",
        database_replica_url=settings.database_url,
    )
    mine = _planted(mine)
    for name in _secret_settings():
        value = getattr(mine, name)
        held = value[0].value if isinstance(value, tuple) else value.value
        # A server that asks for its own password gets that one, which is planted already.
        assert CANARY in held or urlsplit(held).password, f"plant something in {name}"
    seen: list[bytes] = []
    async with serving_api(mine) as (client, process):

        async def ask(method: str, path: str, **options: Any) -> None:
            reply = await client.request(method, path, root=True, check=False, **options)
            assert reply.status != 500, reply.body
            seen.append(reply.body + repr(reply.headers).encode())

        for endpoint in asked:
            path = re.sub(r"\{[^}]+\}", NOWHERE, endpoint.path)
            body = _filled(endpoint)
            await ask(endpoint.method, path, json=body, as_=sam)
            await ask(endpoint.method, path, json=body)
            for strange in (CANARY, [CANARY], {CANARY: CANARY}):
                wrong = {name: strange for name, value in body.items() if value == CANARY}
                # A name that is refused is quoted: it is a name, and what it holds is not.
                if not isinstance(strange, dict):
                    await ask(endpoint.method, path, json={**body, **wrong, "extra": CANARY})
            half = f'{{"password": "{CANARY}", '.encode()
            headers = {"Content-Type": "application/json"}
            await ask(endpoint.method, path, data=half, headers=headers, as_=sam)
        for scheme in ("Bearer", "Basic", "Token"):
            headers = {"Authorization": f"{scheme} {CANARY}"}
            await ask("GET", "/api/v1/users/me", headers=headers)
        for path, more in (("/verify-email", {}), ("/reset-password", {"repeated": "x"})):
            reply = await client.get(f"{path}?token={CANARY}", root=True, check=False)
            assert reply.status == 200  # the form of the one who has the link
            form = {"token": CANARY, "password": CANARY, **more}
            await client.post(path, root=True, check=False, data=form)
        await _break_the_parser(mine.port)
        login = {"email": sam.email, "password": PASSWORD}
        tokens = (await client.post("/auth/login", login, check=False)).data["tokens"]
        await client.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]}, check=False)
        await ask("GET", "/metrics")
        log = process.log
        assert await process.stop(40) == 0
        log += process.log
    servers = (urlsplit(url.value).password for url in (mine.database_url, mine.redis_url))
    given = [password for password in servers if password and len(password) >= 12]
    for secret in (CANARY, PASSWORD, tokens["access_token"], tokens["refresh_token"], *given):
        assert secret not in log, _around(log, secret)
        assert not [body for body in seen if secret.encode() in body], secret
    assert '"level":"debug"' in log  # so it says all that it can say


async def _break_the_parser(port: int) -> None:
    """What aiohttp refuses before any of our code runs, and may want to quote."""
    for request in (
        f"GET /verify-email?token={CANARY} HTTP/9.9\r\n\r\n",
        f"GET /verify-email?token={CANARY}\r\nAuthorization: {CANARY}\r\n\r\n",
        f"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nAuthorization {CANARY}\r\n\r\n",
        f"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: {CANARY}\r\n\r\n",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request.encode())
        writer.write_eof()
        async with asyncio.timeout(10):
            await reader.read()
        writer.close()


def _around(text: str, secret: str) -> str:
    place = text.find(secret)
    return text[max(0, place - 300) : place + 100]
