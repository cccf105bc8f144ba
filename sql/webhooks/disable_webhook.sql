-- Disables an active webhook; no row if it is disabled already.
update webhooks
set is_active = false, disabled_reason = :reason
where id = :webhook_id and is_active
returning id;
