-- Notes since when every attempt has failed; changes nothing if that is noted already.
update webhooks
set failing_since = case when :is_failing then now() end
where id = :webhook_id and (failing_since is not null) <> :is_failing;
