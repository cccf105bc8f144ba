-- Where an event stands in the log; no row if the reader may not see it.
select xid::text as xid, position
from events
where id = :event_id
    and (:instructor_id::uuid is null or instructor_id = :instructor_id);
