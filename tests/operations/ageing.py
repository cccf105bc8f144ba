"""Rows of each table that ages, as old as one likes."""

from datetime import datetime

from lms import retention
from lms.core.db.pool import Pool
from lms.core.db.transactions import begin
from lms.retention import Ages

# `$1` rows of which each ages since `$2`. Written without triggers and foreign keys.
_ID = "(lpad(to_hex((extract(epoch from $2) * 1000)::bigint), 12, '0')"
_ID += " || substr(replace(uuid_v7()::text, '-', ''), 13))::uuid"
_OLD: dict[Ages, str] = {
    retention.REPLIES: """
        insert into idempotency_keys
            (scope, method, path, key, fingerprint, status, headers, body, created_at)
        select 'someone', 'POST', '/x', gen_random_uuid(), 'f', 201, '{}', repeat('b', 500)::bytea,
               $2 from generate_series(1, $1)""",
    retention.REPLY_USAGE: """
        insert into idempotency_usage (scope, day, bytes)
        select gen_random_uuid(), ($2 at time zone 'UTC')::date, 1 from generate_series(1, $1)""",
    retention.DONE_JOBS: """
        insert into jobs (queue, kind, status, finished_at)
        select 'emails', 'x', 'done', $2 from generate_series(1, $1)""",
    retention.DEAD_JOBS: """
        insert into jobs (queue, kind, status, finished_at)
        select 'emails', 'x', 'dead', $2 from generate_series(1, $1)""",
    retention.REFUSED_JOBS: """
        insert into jobs (queue, kind, status, finished_at)
        select 'emails', 'x', 'refused', $2 from generate_series(1, $1)""",
    retention.EVENTS: f"""
        with made as (
            insert into events (id, type, data)
            select {_ID}, 'lesson.completed', '{{}}' from generate_series(1, $1) returning id
        )
        insert into webhook_deliveries (webhook_id, event_id, event_type, status, next_attempt_at)
        select gen_random_uuid(), id, 'lesson.completed', 'succeeded', null from made""",
    retention.SESSIONS: """
        insert into sessions (user_id, refresh_hash, device, expires_at)
        select gen_random_uuid(), 'x', 'x', $2 from generate_series(1, $1)""",
    retention.REVOCATIONS: """
        insert into revocations (user_id, at)
        select gen_random_uuid(), $2 from generate_series(1, $1)""",
    retention.MAILED_TOKENS: """
        insert into mailed_tokens (id, kind, user_id, nonce, token_hash, created_at, expires_at)
        select gen_random_uuid(), 'reset', gen_random_uuid(), 'n',
               gen_random_uuid()::text::bytea, $2, $2 from generate_series(1, $1)""",
    retention.CHALLENGES: """
        insert into mfa_challenges (token_hash, user_id, expires_at)
        select gen_random_uuid()::text::bytea, gen_random_uuid(), $2 from generate_series(1, $1)""",
    retention.REGISTRATIONS: """
        insert into pending_registrations (email, email_key, full_name, password_hash, created_at)
        select id, id, 'x', 'x', $2 from generate_series(1, $1), gen_random_uuid() as id""",
    retention.THROTTLES: """
        insert into login_throttles
            (account_key, network, failures, window_started_at, last_failure_at)
        select gen_random_uuid()::text::bytea, '10.0.0.0/24', 3, $2, $2
        from generate_series(1, $1)""",
    retention.ADDRESSES: """
        insert into login_addresses (address, failures, window_started_at)
        select set_masklen('2001:db8::'::inet + (random() * 1e15)::bigint, 128)::cidr, 3, $2
        from generate_series(1, $1)""",
    retention.STREAKS: """
        insert into login_streaks (account_key, failures, last_failure_at)
        select gen_random_uuid()::text::bytea, 3, $2 from generate_series(1, $1)""",
    retention.SIGN_IN_PLACES: """
        insert into sign_in_places (user_id, network, browser, last_at)
        select gen_random_uuid(), '10.0.0.0/24', 'x', $2 from generate_series(1, $1)""",
    retention.AUDIT: f"""
        insert into audit_log (id, at, actor_id, subject_id, action)
        select {_ID}, $2, gen_random_uuid(), gen_random_uuid(), 'long.ago'
        from generate_series(1, $1)""",
    retention.BULK_ENROLLMENTS: """
        with made as (
            insert into bulk_enrollments
                (course_id, requested_by, dry_run, status, total, processed, finished_at)
            select gen_random_uuid(), gen_random_uuid(), false, 'done', 1, 1, $2
            from generate_series(1, $1) returning id
        )
        insert into bulk_enrollment_rows (bulk_enrollment_id, row_number, email, email_key, status)
        select id, 1, 'x@example.org', 'x@example.org', 'enrolled' from made""",
    retention.PLACES: """
        insert into invited_places
            (course_id, email, email_key, full_name, invited_by, expires_at, findable)
        select gen_random_uuid(), 'x', 'x', 'x', gen_random_uuid(), $2, 'x'
        from generate_series(1, $1)""",
    retention.PROGRESS_EVENTS: """
        insert into progress_events (enrollment_id, id, created_at)
        select gen_random_uuid(), gen_random_uuid(), $2 from generate_series(1, $1)""",
    retention.ACTIVITY: """
        insert into user_activity (user_id, active_hour)
        select gen_random_uuid(), floor(extract(epoch from $2) / 3600)::bigint
        from generate_series(1, $1)""",
    retention.UPLOADS: """
        insert into files (uploader_id, filename, content_type, status, alive_until)
        select gen_random_uuid(), 'x', 'text/plain', 'storing', $2 from generate_series(1, $1)""",
}  # fmt: skip


async def write_rows(db: Pool, rule: Ages, count: int, since: datetime) -> None:
    """Add rows that the rule is about, ageing since that moment."""
    # The first use of a parameter decides its type.
    query = _OLD[rule].replace("$1", "$1::integer").replace("$2", "$2::timestamptz")
    async with begin(db) as connection:
        await connection.execute("set local session_replication_role = replica")
        await connection.execute("set local statement_timeout = 0")
        await connection.execute(query, count, since, timeout=300)


async def count_rows(db: Pool, table: str) -> int:
    async with db.acquire() as connection:
        return int(await connection.fetchval(f"select count(*) from {table}"))
