-- What the audit log may forget.
delete from audit_log where at < now() - interval '2 years 1 day';
