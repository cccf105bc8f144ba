"""Access tokens: what is forged is refused, and rotating keys logs nobody out."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lms.app import create_app
from lms.auth.tokens import TOKENS, Tokens
from lms.errors import Unauthorized
from lms.settings import Secret, Settings
from tests.api import Api, Server
from tests.auth.conftest import enable_mfa, login
from tests.people import Person


def _b64(raw: bytes | dict[str, Any] | str) -> str:
    if isinstance(raw, dict):
        raw = json.dumps(raw)
    if isinstance(raw, str):
        raw = raw.encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _signed(header: Any, claims: Any, key: bytes, digest: str = "sha256") -> str:
    """A token of exactly these bytes, with a right signature."""
    text = f"{_b64(header)}.{_b64(claims)}"
    return f"{text}.{_b64(hmac.digest(key, text.encode(), digest))}"


def _forgeries(settings: Settings, good: str) -> Iterator[tuple[str, str]]:
    kid, key = next(iter(settings.key_ring.items()))
    head, body, signature = good.split(".")
    header = {"alg": "HS256", "typ": "at+jwt", "kid": kid}
    claims = jwt.decode(good, options={"verify_signature": False})
    now = int(time.time())
    for alg in ("none", "None", "NONE", "nOnE"):
        yield f"alg {alg}, no signature", f"{_b64({**header, 'alg': alg})}.{body}."
        yield f"alg {alg}, its signature", f"{_b64({**header, 'alg': alg})}.{body}.{signature}"
    yield "HS384 with our key", _signed({**header, "alg": "HS384"}, claims, key, "sha384")
    yield "HS512 with our key", _signed({**header, "alg": "HS512"}, claims, key, "sha512")
    rsa_key = rsa.generate_private_key(65537, 2048)
    yield "RS256", jwt.encode(claims, rsa_key, "RS256", {"typ": "at+jwt", "kid": kid})
    ec_key = ec.generate_private_key(ec.SECP256R1())
    yield "ES256", jwt.encode(claims, ec_key, "ES256", {"typ": "at+jwt", "kid": kid})
    for other in (b"", b"secret", key[:-1], key + b"x", b"0" * 32):
        yield f"signed with {other!r}", _signed(header, claims, other)
    for name in ("iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"):
        yield f"no {name}", _signed(header, {k: v for k, v in claims.items() if k != name}, key)
    wrong: dict[str, list[Any]] = {
        "iss": ["https://elsewhere.example", "", None, ["x"], claims["iss"] + "/"],
        "aud": ["other", [claims["aud"]], [claims["aud"], "other"], "", None],
        "sub": [str(uuid4()), "", None, 7, claims["sub"].replace("-", ""), f"{{{claims['sub']}}}"],
        "sid": [str(uuid4()), "", None, 7, "0" * 36],
        "exp": [now - settings.token_leeway_seconds - 1, 0, -1, "soon", None, [now + 60]],
        "nbf": [now + 600, "later", None],
        "iat": [now + 600, "later", None],
    }
    for name, values in wrong.items():
        for value in values:
            yield f"{name} {value!r}", _signed(header, {**claims, name: value}, key)
    for typ in ("JWT", "jwt", "rt+jwt", "", None, "AT+JWT "):
        yield f"typ {typ!r}", _signed({**header, "typ": typ}, claims, key)
    for other_kid in ("unknown", "", None, 1, ["a"], {"a": 1}, "../../dev/null", "' or 1=1 --"):
        yield f"kid {other_kid!r}", _signed({**header, "kid": other_kid}, claims, key)
    yield "no kid", _signed({"alg": "HS256", "typ": "at+jwt"}, claims, key)
    yield "no typ", _signed({"alg": "HS256", "kid": kid}, claims, key)
    for extra in (
        {"jwk": {"kty": "oct", "k": _b64(key)}}, {"jku": "https://x.example/"}, {"x5u": "x"},
        {"crit": ["exp"]}, {"b64": False, "crit": ["b64"]}, {"zip": "DEF"}, {"cty": "JWT"},
    ):  # fmt: skip
        yield f"header with {extra}", _signed({**header, **extra}, claims, key)
    twice = json.dumps(claims)[:-1] + f', "sub": "{uuid4()}"}}'
    yield "sub twice", _signed(header, twice, key)
    yield "exp twice", _signed(header, json.dumps(claims)[:-1] + ', "exp": 9999999999}', key)
    yield "alg twice", _signed(f'{{"alg": "none", {json.dumps(header)[1:]}', claims, key)
    yield "claims are a list", _signed(header, "[]", key)
    yield "claims are no JSON", _signed(header, "{", key)
    yield "deep claims", _signed(header, "[" * 1500, key)
    yield "huge", _signed(header, {**claims, "x": "y" * 100_000}, key)
    yield "huge garbage", "a" * 7000
    for position in range(0, len(good), 7):
        flipped = "A" if good[position] != "A" else "B"
        if good[position] != ".":
            yield f"character {position}", good[:position] + flipped + good[position + 1 :]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for bit in (1, 2):  # the two bits that the last character of 32 bytes does not use
        last = alphabet[alphabet.index(good[-1]) ^ bit]
        yield f"unused bit {bit}", good[:-1] + last
    yield "padded", good + "="
    yield "standard alphabet", good.replace("-", "+").replace("_", "/") + "+"
    yield "four parts", good + "." + signature
    yield "two parts", f"{head}.{body}"
    yield "with a line break", f"{head}.{body}.{signature[:10]}%0a{signature[10:]}"
    yield "swapped signature", f"{head}.{_b64({**claims, 'role': 'admin'})}.{signature}"
    yield "empty", "."
    yield "dots", ".."


async def test_every_forged_token_is_refused(
    api: Api, settings: Settings, sam: Person, olly: Person
) -> None:
    corpus = list(_forgeries(settings, sam.token))
    assert len(corpus) > 120
    for name, token in corpus:
        if len(token) < 8000:  # more is refused by the HTTP parser
            reply = await api.get("/users/me", token=token)
            assert (reply.status, reply.code) == (401, "unauthorized"), name
            assert reply.headers["WWW-Authenticate"] == "Bearer"
        else:
            with pytest.raises(Unauthorized):
                Tokens(settings).read_access(token)
    assert (await api.get("/users/me", as_=sam)).status == 200


async def test_a_clock_that_is_a_little_off_is_no_forgery(
    api: Api, settings: Settings, sam: Person
) -> None:
    kid, key = next(iter(settings.key_ring.items()))
    header = {"alg": "HS256", "typ": "at+jwt", "kid": kid}
    claims = jwt.decode(sam.token, options={"verify_signature": False})
    now = int(time.time())
    made_ahead = {"iat": now + 3, "nbf": now + 3, "exp": now + 903}
    for changes, status in (
        (made_ahead, 200),
        ({"exp": now - 2}, 200),
        ({"iat": now + 60}, 401),
        ({"nbf": now + 60}, 401),
        ({"exp": now - settings.token_leeway_seconds - 1}, 401),
    ):
        reply = await api.get("/users/me", token=_signed(header, {**claims, **changes}, key))
        assert reply.status == status, changes
    # The leeway is for clocks: what was revoked is over at once.
    ahead = _signed(header, {**claims, **made_ahead}, key)
    await api.post("/auth/logout-all", as_=sam)
    await eventually_refused(api, ahead)


async def eventually_refused(api: Api, token: str) -> None:
    """Within the second that a revocation takes to reach every process."""
    for _ in range(20):
        if (await api.get("/users/me", token=token)).status == 401:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("a revoked token is still taken")


async def test_other_kinds_of_tokens_are_refused_as_access_tokens(api: Api, sam: Person) -> None:
    await enable_mfa(api, sam)
    challenge = (await login(api, sam.email)).data["mfa_token"]
    for token in (challenge, sam.refresh_token, sam.refresh_token.partition(".")[2]):
        assert (await api.get("/users/me", token=token)).status == 401


async def test_a_token_of_one_user_with_the_session_of_another_is_refused(
    api: Api, app: web.Application, sam: Person, olly: Person
) -> None:
    mixed = app[TOKENS].make_access(sam.id, olly.session_id, "admin")
    assert (await api.get("/users/me", token=mixed)).status == 401


async def test_the_role_in_a_token_is_not_believed(
    api: Api, app: web.Application, sam: Person
) -> None:
    token = app[TOKENS].make_access(sam.id, sam.session_id, "admin")
    assert (await api.get("/users", token=token)).code == "forbidden"


async def test_rotating_the_keys_logs_nobody_out(api: Api, settings: Settings, sam: Person) -> None:
    newer = Secret(f"new:{hashlib.sha256(b'new').hexdigest()}")
    # The same issuer: the port of a test server is not part of it.
    rotated = replace(settings, secret_keys=(newer, *settings.secret_keys))
    server = Server(create_app(rotated))
    await server.start_server()
    async with Api(server) as after:
        assert (await after.get("/users/me", as_=sam)).status == 200
        child = (await after.post("/auth/refresh", {"refresh_token": sam.refresh_token})).data[
            "tokens"
        ]
        assert jwt.get_unverified_header(child["access_token"])["kid"] == "new"
        lost = await after.post("/auth/refresh", {"refresh_token": sam.refresh_token})
        assert lost.data["tokens"]["refresh_token"] == child["refresh_token"]
        again = await after.post("/auth/refresh", {"refresh_token": child["refresh_token"]})
        assert again.status == 200
    await server.close()
    # A process that does not have the new key yet refuses what it signed, and nothing else.
    assert (await api.get("/users/me", token=child["access_token"])).status == 401
    assert (await api.get("/users/me", as_=sam)).status == 200
