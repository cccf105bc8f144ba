-- Notes an attempt at a delivery; no row if another one was noted meanwhile.
update webhook_deliveries
set
    -- Only the latest fifty, for owners who redeliver again and again.
    attempts = jsonb_path_query_array(attempts || :attempt::jsonb, '$[last-49 to last]'),
    tries = tries + 1,
    status = case
        when :succeeded then 'succeeded'
        when :delay_seconds::float8 is null then 'failed'
        else 'pending'
    end,
    next_attempt_at = case
        when not :succeeded then now() + make_interval(secs => :delay_seconds)
    end
where id = :delivery_id and status = 'pending' and tries = :tries
returning status;
