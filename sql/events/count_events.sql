-- How many events there are to read in all.
select count(*)
from events
where events.type = any(:types::text[])
    and (events.xid, events.position) > (:after_xid::text::xid8, :after_position::bigint)
    and events.xid < pg_snapshot_xmin(pg_current_snapshot())
    and case when :instructor_id::uuid is null then not events.is_farewell
             else events.instructor_id = :instructor_id end;
