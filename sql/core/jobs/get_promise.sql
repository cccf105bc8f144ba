-- The id of the promise with this key.
select id from jobs where promise_key = :promise_key;
