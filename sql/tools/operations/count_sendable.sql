-- Jobs that a worker would send to other people.
select count(*) from jobs
where queue in ('emails', 'webhooks') and status in ('pending', 'running');
