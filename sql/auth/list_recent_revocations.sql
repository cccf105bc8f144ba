-- Whom to forget. The window reaches back further than any transaction may last, because a
-- revocation is dated when it is written and seen when it is committed.
select user_id, session_id
from revocations
where at > clock_timestamp() - interval '15 seconds';
