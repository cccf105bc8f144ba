-- Deletes sessions that ended or expired a month ago; until then a reuse of their tokens is
-- recognized.
delete from sessions
where id in (
    select id from sessions where expires_at < now() - interval '30 days' limit 5000
);
