drop table idempotency_usage;
alter table idempotency_keys drop column is_kept;
drop function close_gaps(int4multirange, integer);
