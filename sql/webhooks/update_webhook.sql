-- Changes a webhook; one that is active again starts with a clean record.
update webhooks
set
    url = coalesce(:url, url),
    types = coalesce(:types::text[], types),
    is_active = :is_active,
    disabled_reason = case when :is_active then null else disabled_reason end,
    failing_since = case when :is_active and not is_active then null else failing_since end
where id = :webhook_id;
