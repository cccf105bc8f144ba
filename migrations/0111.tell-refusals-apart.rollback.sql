update jobs set status = 'dead' where status = 'refused';
alter table jobs
    drop constraint jobs_status_is_known,
    drop constraint jobs_finished_at_only_when_over,
    add constraint jobs_status_is_known
        check (status in ('pending', 'running', 'done', 'dead')) not valid,
    add constraint jobs_finished_at_only_when_over
        check ((status in ('done', 'dead')) = (finished_at is not null)) not valid;
