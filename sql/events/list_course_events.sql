-- The next events of these types in an instructor's own courses.
select found.id, found.type, found.created_at as timestamp, found.data, found.xid::text as xid,
       found.position
from courses
cross join lateral (
    select *
    from events
    where events.course_id = courses.id
        and events.type = any(:types::text[])
        and (events.xid, events.position) > (:after_xid::text::xid8, :after_position::bigint)
        -- A transaction that still runs may yet write before those that are over.
        and events.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by events.xid, events.position
    limit :limit
) as found
where courses.instructor_id = :instructor_id
order by found.xid, found.position
limit :limit;
