-- Many promises of one kind at once; the keys of those that were not promised before.
insert into jobs (queue, kind, args, promise_key, traceparent)
select :queue, :kind, given.args, given.promise_key, :traceparent
from unnest(:args::jsonb[], :promise_keys::text[]) as given (args, promise_key)
on conflict on constraint jobs_promised_once do nothing
returning promise_key;
