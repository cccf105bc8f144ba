-- Whether a job of this kind and args, other than this one, is held under a live lease.
select exists (
    select
    from jobs
    where status = 'running'
        and kind = :kind
        and args = :args
        and id <> :id
        and lease_expires_at > clock_timestamp()
);
