-- Which trace a promise belongs to (W3C Trace Context), so that its job goes on with it.
-- depends: 0002.create-jobs
alter table jobs add column traceparent text;
