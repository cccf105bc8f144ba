-- A mail whose address is refused is over, and no fault of ours: a state apart from dead jobs.
-- depends: 0002.create-jobs

-- Both rules are wider than before, so that old programs break neither.
alter table jobs
    -- squawk-ignore ban-drop-constraint
    drop constraint jobs_status_is_known,
    -- squawk-ignore ban-drop-constraint
    drop constraint jobs_finished_at_only_when_over,
    add constraint jobs_status_is_known
        check (status in ('pending', 'running', 'done', 'dead', 'refused')) not valid,
    add constraint jobs_finished_at_only_when_over
        check ((status in ('done', 'dead', 'refused')) = (finished_at is not null)) not valid;
