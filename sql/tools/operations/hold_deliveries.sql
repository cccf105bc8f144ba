-- Makes deliveries wait for their webhooks' owners, who may recover them: they may have been sent
-- before the restore.
update webhook_deliveries
set status = 'failed', next_attempt_at = null
where status = 'pending';
