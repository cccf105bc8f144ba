-- A new promise's id; no row if this key was promised before.
insert into jobs (queue, kind, args, promise_key, run_at, traceparent)
values (
    :queue,
    :kind,
    :args,
    :promise_key,
    case when :hold then 'infinity' else coalesce(:run_at::timestamptz, now()) end,
    :traceparent
)
on conflict on constraint jobs_promised_once do nothing
returning id;
