-- Deletes counts that hold nobody back any more; a streak over the limit stays until the reset.
with throttles as (
    delete from login_throttles where last_failure_at < now() - interval '1 day'
), addresses as (
    delete from login_addresses where window_started_at < now() - interval '1 hour'
)
delete from login_streaks
where last_failure_at < now() - interval '90 days' and failures < 100;
