-- The next events of these types in an instructor's own courses.
select found.id, found.type, found.created_at as timestamp, found.data, found.xid::text as xid,
       found.position
from unnest(:types::text[]) as wanted (type)
cross join lateral (
    -- One index scan for each type, so that a rare type costs as little as a common one.
    select *
    from events
    where events.instructor_id = :instructor_id
        -- So collated by events_by_instructor alone: events_by_type would be walked past
        -- everybody else's events, which the planner finds cheap where teachers are few.
        and events.type collate "C" = wanted.type
        and (events.xid, events.position) > (:after_xid::text::xid8, :after_position::bigint)
        -- A transaction that is still open may yet write an event before those of finished ones.
        and events.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by events.xid, events.position
    limit :limit
) as found
order by found.xid, found.position
limit :limit;
