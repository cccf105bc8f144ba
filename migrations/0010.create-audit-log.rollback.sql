drop table audit_log;
drop function keep_audit_log();
