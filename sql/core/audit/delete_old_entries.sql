-- Deletes entries of the audit log that are past their retention.
delete from audit_log where at < now() - interval '2 years 1 day';
