-- Mails to the person's address that wait or were sent lately.
select kind, args ->> 'template' as template, status, created_at, finished_at
from jobs
where coalesce(args ->> 'to_address', args ->> 'email_key') in (:email, :email_key)
order by created_at, id;
