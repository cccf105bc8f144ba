-- Notes attempts at deliveries; the deliveries that nobody changed meanwhile, which are noted now.
with noted as (
    select given.id, given.tries, given.attempt, given.succeeded, given.delay_seconds
    from unnest(
        :delivery_ids::uuid[], :tries::integer[], :attempts::jsonb[], :succeeded::boolean[],
        :delays_seconds::float8[]
    ) as given (id, tries, attempt, succeeded, delay_seconds)
),
held as (
    select id
    from webhook_deliveries
    where id = any(:delivery_ids::uuid[])
    order by id  -- whoever writes many deliveries locks them in this order
    for no key update
)
update webhook_deliveries
set
    -- Only the latest fifty, for owners who redeliver again and again.
    attempts = jsonb_path_query_array(
        webhook_deliveries.attempts || noted.attempt, '$[last-49 to last]'
    ),
    tries = webhook_deliveries.tries + 1,
    status = case
        when noted.succeeded then 'succeeded'
        when noted.delay_seconds is null then 'failed'
        else 'pending'
    end,
    next_attempt_at = case
        when not noted.succeeded then now() + make_interval(secs => noted.delay_seconds)
    end
from noted
join held on held.id = noted.id
where webhook_deliveries.id = noted.id
    and webhook_deliveries.status = 'pending'
    and webhook_deliveries.tries = noted.tries
returning webhook_deliveries.id;
