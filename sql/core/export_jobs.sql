-- Mails to a person's addresses, also to one that they had before or asked for, that wait or were
-- sent lately.
select kind, args ->> 'template' as template, status, created_at, finished_at
from jobs
where id in (
    select id from jobs
    where coalesce(args ->> 'to_address', args ->> 'email_key') in (:email, :email_key)
    union all
    select id from jobs where args -> 'context' ->> 'user_id' = :user_id::uuid::text
    union all
    select jobs.id
    from mailed_tokens m
    join jobs on coalesce(jobs.args ->> 'to_address', jobs.args ->> 'email_key') = m.address
        and jobs.args -> 'context' ->> 'token_id' = m.id::text
    where m.user_id = :user_id
)
order by created_at, id;
