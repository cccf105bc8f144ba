-- The people to forget. The window reaches back further than any transaction may last, because a
-- revocation is dated when it is written but visible only when it is committed.
select user_id, session_id
from revocations
where at > now() - interval '15 seconds';  -- by clock_timestamp() no index could be used
