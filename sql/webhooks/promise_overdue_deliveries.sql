-- Promises the deliveries of each webhook whose deliveries have waited for a while without a
-- promise, as after a job that died.
-- wakes: webhooks
with overdue as (
    select webhooks.id
    from webhooks
    where exists (
        select
        from webhook_deliveries
        where webhook_deliveries.webhook_id = webhooks.id
            and webhook_deliveries.status = 'pending'
            and webhook_deliveries.next_attempt_at < now() - interval '30 seconds'
    )
    and not exists (
        select
        from jobs
        where jobs.queue = 'webhooks'
            and jobs.kind = 'deliver_to_webhook'
            and jobs.status = 'pending'
            and jobs.run_at <= now()
            and jobs.args = jsonb_build_object('webhook_id', webhooks.id)
    )
    and not exists (
        select
        from jobs
        where jobs.status = 'running'
            and jobs.kind = 'deliver_to_webhook'
            and jobs.args = jsonb_build_object('webhook_id', webhooks.id)
    )
)
insert into jobs (queue, kind, args)
select 'webhooks', 'deliver_to_webhook', jsonb_build_object('webhook_id', overdue.id)
from overdue
returning (args ->> 'webhook_id')::uuid;
