-- Jobs and deliveries that a worker would send to other people.
select
    (
        select count(*)
        from jobs
        where queue in ('emails', 'webhooks') and status in ('pending', 'running')
    )
    + (select count(*) from webhook_deliveries where status = 'pending') as count;
