"""What was done is written with it, and stays written."""

import asyncpg
import pytest

from lms.auth.tasks import tidy_identity
from lms.core.audit.record import record
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.core.jobs.claims import claim
from lms.core.jobs.promises import promise
from tests.api import Api
from tests.auth.conftest import PostOffice, enable_mfa, from_, login, register
from tests.people import PASSWORD, Person


async def _actions(db: Pool) -> list[str]:
    async with db.acquire() as connection:
        rows = await connection.fetch("select action from audit_log order by at, id")
    return [row["action"] for row in rows]


async def test_every_change_of_an_account_is_audited(
    api: Api, ada: Person, db: Pool, post: PostOffice
) -> None:
    made = await register(api, "sam@example.com")
    token, user_id = made["tokens"]["access_token"], made["user"]["id"]
    await login(api, "sam@example.com", "not-her-password")
    await login(api, "sam@example.com")
    await api.patch(f"/users/{user_id}", {"role": "instructor", "full_name": "S."}, as_=ada)
    change = {"current_password": PASSWORD, "new_password": "nine-purple-kettles"}
    await api.post("/users/me/password", change, token=token)
    await api.post("/users/me/password", change, token=token)
    await api.post("/auth/logout", token=token)
    await api.patch(f"/users/{user_id}", {"is_active": False}, as_=ada)
    assert await _actions(db) == [
        "user.registered", "login.failed", "login.succeeded", "user.role_changed",
        "user.renamed", "password.changed", "password.refused", "session.ended",
        "user.disabled",
    ]  # fmt: skip


async def test_an_audit_entry_names_person_address_and_request(
    proxied: Api, ada: Person, sam: Person, db: Pool
) -> None:
    headers = {**from_("203.0.113.5"), "X-Request-ID": "req-77"}
    await proxied.patch(f"/users/{sam.id}", {"role": "admin"}, as_=ada, headers=headers)
    async with db.acquire() as connection:
        row = await connection.fetchrow("select * from audit_log")
    assert (row["actor_id"], row["subject_id"]) == (ada.id, sam.id)
    assert (str(row["ip"]), row["request_id"]) == ("203.0.113.5", "req-77")
    assert row["data"] == {"before": "student", "after": "admin"}


async def test_a_refused_change_is_not_audited(api: Api, ada: Person, db: Pool) -> None:
    assert (await api.patch(f"/users/{ada.id}", {"role": "student"}, as_=ada)).status == 409
    assert await _actions(db) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_log set action = 'nothing.happened'",
        "delete from audit_log",
        "truncate audit_log",
    ],
)
async def test_the_audit_log_is_append_only(db: Pool, statement: str) -> None:
    async with begin(db) as connection:
        await record(connection, None, "user.created")
    async with db.acquire() as connection:
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(statement)
    assert await _actions(db) == ["user.created"]


async def test_mfa_changes_are_audited_without_their_codes(api: Api, sam: Person, db: Pool) -> None:
    _, codes = await enable_mfa(api, sam)
    await api.post("/auth/mfa/disable", {"password": PASSWORD, "code": codes[0]}, as_=sam)
    assert await _actions(db) == ["mfa.enabled", "mfa.disabled"]


async def test_tidying_deletes_only_what_has_expired(
    api: Api, sam: Person, olly: Person, db: Pool, post: PostOffice
) -> None:
    await api.post("/auth/verify-email/request", as_=sam)
    await login(api, olly.email, "not-his-password")
    async with begin(db) as connection:
        await record(connection, None, "user.created")
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(
            "insert into audit_log (id, action, at)"
            " values ('01000000-0000-7000-8000-000000000000', 'long.ago',"
            " now() - interval '3 years')"
        )
        await connection.execute(
            "insert into mailed_tokens"
            " (id, kind, user_id, nonce, token_hash, created_at, expires_at)"
            " values (gen_random_uuid(), 'reset', $1, 'n', 'h', now() - interval '1 hour',"
            " now() - interval '16 minutes')",
            olly.id,
        )
        await connection.execute(
            "insert into sessions (user_id, refresh_hash, device, expires_at) "
            "values ($1, 'x', 'old', now() - interval '31 days')",
            olly.id,
        )
        await promise(connection, "progress", "tidy_identity", {})
    [job] = await claim(db, "progress", {"tidy_identity": 1}, room=1, lease_seconds=60)
    await tidy_identity(post.worker, job)
    async with db.acquire() as connection:
        counts = await connection.fetchrow(
            "select (select count(*) from audit_log) as audit,"
            " (select count(*) from mailed_tokens) as tokens,"
            " (select count(*) from sessions) as sessions,"
            " (select count(*) from login_throttles) as throttles"
        )
    assert dict(counts) == {"audit": 2, "tokens": 1, "sessions": 2, "throttles": 1}
