-- Mails to a person's addresses: those that wait are not sent. An address that they had before, or
-- asked for, is found by whom the mail is about, or by the link in it.
delete from jobs
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
);
