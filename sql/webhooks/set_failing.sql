-- Since when every attempt has failed; touches nothing where that is known.
update webhooks
set failing_since = case when :is_failing then now() end
where id = :webhook_id and (failing_since is not null) <> :is_failing;
