-- Makes jobs that would reach other people wait for an operator: what they send may have been sent
-- before the restore.
update jobs
set status = 'dead', finished_at = now(), lease_expires_at = null,
    last_error = 'Held by a restore: it may have been sent already.'
where queue in ('emails', 'webhooks') and status in ('pending', 'running');
