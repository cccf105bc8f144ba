-- Many promises of one kind at once; the keys of those that were not promised before.
insert into jobs (queue, kind, args, promise_key, run_at, traceparent)
select :queue, :kind, given.args, given.promise_key,
       case when :hold then 'infinity' else now() end, :traceparent
from unnest(:args::jsonb[], :promise_keys::text[]) as given (args, promise_key)
on conflict on constraint jobs_promised_once do nothing
returning promise_key;
