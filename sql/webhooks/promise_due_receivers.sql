-- Promises a job for each receiver that has due deliveries and no job; how many there are now.
-- wakes: webhooks
with recursive receivers as (
    -- One step of the index for each receiver for which something waits, however much that is.
    (
        select webhook_id, next_attempt_at
        from webhook_deliveries
        where status = 'pending'
        order by webhook_id, next_attempt_at
        limit 1
    )
    union all
    select following.webhook_id, following.next_attempt_at
    from receivers
    cross join lateral (
        select webhook_deliveries.webhook_id, webhook_deliveries.next_attempt_at
        from webhook_deliveries
        where webhook_deliveries.status = 'pending'
            and webhook_deliveries.webhook_id > receivers.webhook_id
        order by webhook_deliveries.webhook_id, webhook_deliveries.next_attempt_at
        limit 1
    ) as following
)
insert into jobs (queue, kind, args, promise_key)
select
    'webhooks', 'deliver_to_webhook', jsonb_build_object('webhook_id', receivers.webhook_id),
    'webhook:' || receivers.webhook_id
from receivers
where receivers.next_attempt_at <= now()
    and not exists (
        select
        from jobs
        where jobs.promise_key = 'webhook:' || receivers.webhook_id
            and jobs.status in ('pending', 'running')
    )
    -- Workers of the release before hold jobs without a key.
    and not exists (
        select
        from jobs
        where jobs.status = 'running'
            and jobs.kind = 'deliver_to_webhook'
            and jobs.args = jsonb_build_object('webhook_id', receivers.webhook_id)
    )
order by receivers.webhook_id  -- two workers at once wait for each other in one order
-- A job that is over leaves its row only where that release finished it, or a backup was restored.
-- The new id keeps a try that was frozen since then from finishing this one.
on conflict on constraint jobs_promised_once do update
set
    id = excluded.id, status = 'pending', run_at = now(), attempts = 0, finished_at = null,
    last_error = null, created_at = now()
where jobs.status in ('done', 'dead')
returning (args ->> 'webhook_id')::uuid;
