-- Mails to the person's address: those that wait are not sent.
delete from jobs
where coalesce(args ->> 'to_address', args ->> 'email_key') in (:email, :email_key);
