drop table idempotency_keys;
drop function touch_updated_at();
drop function uuid_v7();
