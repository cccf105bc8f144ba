-- The check of old rows, apart from adding the rule; and refusals that were dead jobs until now.
-- depends: 0111.tell-refusals-apart 0112.index-refusals
alter table jobs
    validate constraint jobs_status_is_known,
    validate constraint jobs_finished_at_only_when_over;

update jobs set status = 'refused'
where status = 'dead' and kind = 'send_email'
    and (last_error like 'GiveUp: the mail server refuses the address (%'
        or last_error = 'GiveUp: the address cannot be mailed');
