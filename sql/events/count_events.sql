-- How many events there are to read in all.
select count(*)
from events
where events.type = any(:types::text[])
    and (events.xid, events.position) > (:after_xid::text::xid8, :after_position::bigint)
    and events.xid < pg_snapshot_xmin(pg_current_snapshot())
    and (:instructor_id::uuid is null or events.instructor_id = :instructor_id);
