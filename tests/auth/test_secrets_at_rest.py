"""Neither the database nor Redis holds anything that would open an account."""

import base64
import hashlib
import re
from typing import Any

import orjson
from redis.asyncio import Redis

from lms.core.db.pool import Pool
from lms.settings import Settings
from tests.api import Api
from tests.auth.conftest import PostOffice, away_from_the_edge, enable_mfa, from_, login, register
from tests.people import PASSWORD, Person


async def _dump_database(db: Pool) -> bytes:
    """Every row of every table, as `pg_dump` writes values."""
    async with db.acquire() as connection:
        tables = await connection.fetch(
            "select oid::regclass::text from pg_class where relkind = 'r' "
            "and relnamespace in ('public'::regnamespace, 'figures'::regnamespace)"
        )
        rows = [
            row["row"]
            for table in tables
            for row in await connection.fetch(f"select t::text as row from {table[0]} t")
        ]
    return "\n".join(rows).encode()


async def _dump_redis(settings: Settings) -> bytes:
    redis = Redis.from_url(settings.redis_url.value)
    keys = [key async for key in redis.scan_iter()]
    dumped = [key + b" " + (await redis.dump(key) or b"") for key in keys]
    await redis.aclose()
    return b"\n".join(dumped)


def _spellings(secret: str) -> list[bytes]:
    """A secret as text, in hex, in base64, and the bytes that it stands for in hex."""
    raw = secret.encode()
    found = [raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")]
    for part in secret.split("."):
        padded = part + "=" * (-len(part) % 4)
        if len(part) >= 40 and re.fullmatch(r"[\w-]+", part):
            found.append(base64.urlsafe_b64decode(padded).hex().encode())
        if re.fullmatch(r"[A-Z2-7]{16,}", part):
            found.append(base64.b32decode(part + "=" * (-len(part) % 8)).hex().encode())
    if re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){5}", secret):  # a recovery code
        plain = secret.replace("-", "")
        found += [plain.encode(), plain.upper().encode(), plain.encode().hex().encode()]
    return found


async def test_a_dump_of_database_and_redis_opens_nothing(
    api: Api, proxied: Api, settings: Settings, sam: Person, ada: Person, db: Pool, post: PostOffice
) -> None:
    issued: dict[str, str] = {"password of the cast": PASSWORD}

    def keep(**secrets: Any) -> None:
        issued.update({f"{name} {len(issued)}": str(value) for name, value in secrets.items()})

    made = await register(api, "new@example.com", headers={"Idempotency-Key": "k1"})
    keep(**made["tokens"])
    refreshed = await api.post("/auth/refresh", {"refresh_token": made["tokens"]["refresh_token"]})
    keep(**refreshed.data["tokens"])
    keyed = {"Idempotency-Key": "k2"}
    changed = {"current_password": PASSWORD, "new_password": "nine-purple-kettles"}
    token = refreshed.data["tokens"]["access_token"]
    assert (await api.post("/users/me/password", changed, token=token, headers=keyed)).status == 204
    keep(password=changed["new_password"])
    await api.post(
        "/users/me/email",
        {"new_email": "newer@example.org", "password": changed["new_password"]},
        token=token,
        headers=keyed,
    )
    await api.post("/auth/forgot-password", {"email": "new@example.com"}, headers=keyed)
    await api.post("/users", {"email": "in@example.com", "full_name": "In Vited"}, as_=ada)
    waiting = {"email": "w@example.com", "password": "kept-until-it-opens", "full_name": "W W"}
    await proxied.post("/auth/register", waiting, headers=from_("192.0.2.1"))
    keep(password=waiting["password"])
    await away_from_the_edge()
    phone, codes = await enable_mfa(api, sam)
    keep(totp=phone.totp.secret, **{f"code{n}": code for n, code in enumerate(codes)})
    challenge = (await login(api, sam.email)).data["mfa_token"]
    keep(challenge=challenge)
    answered = await api.post("/auth/mfa/login", {"mfa_token": challenge, "code": phone.code()})
    keep(**answered.data["tokens"])
    keep(left=(await login(api, sam.email)).data["mfa_token"])
    await login(api, sam.email, "a-wrong-guess-of-hers")
    keep(guess="a-wrong-guess-of-hers")
    before_mails = await _dump_database(db)  # jobs that wait
    mailed = [
        found
        for mail in await post.mails()
        for found in re.findall(r"token=([\w-]{43})", mail.text)
    ]
    assert len(mailed) >= 4
    keep(**{f"mailed{n}": found for n, found in enumerate(mailed)})
    for name in [name for name in issued if name.startswith(("token_type", "expires_in"))]:
        del issued[name]
    assert len(issued) > 25
    dump = b"\n".join([before_mails, await _dump_database(db), await _dump_redis(settings)])
    assert b"new@example.com" in dump, "the dump is one"
    # Nor a plain hash of a body with a password, which could be searched for.
    assert hashlib.sha256(orjson.dumps(changed)).hexdigest().encode() not in dump
    for name, secret in issued.items():
        for spelling in _spellings(secret):
            assert spelling not in dump, f"{name} can be read"
