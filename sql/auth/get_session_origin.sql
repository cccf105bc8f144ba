-- Where a session was opened, for the mail that tells of it.
select device, host(ip) as ip, created_at from sessions where id = :session_id;
