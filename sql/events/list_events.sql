-- The next events of these types, whatever course they belong to.
select found.id, found.type, found.created_at as timestamp, found.data, found.xid::text as xid,
       found.position
from unnest(:types::text[]) as wanted (type)
cross join lateral (
    -- One index scan for each type, so that a rare type costs as little as a common one.
    select *
    from events
    where events.type = wanted.type
        and not events.is_farewell  -- which repeats one that is here
        and (events.xid, events.position) > (:after_xid::text::xid8, :after_position::bigint)
        -- A transaction that is still open may yet write an event before those of finished ones.
        and events.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by events.xid, events.position
    limit :limit
) as found
order by found.xid, found.position
limit :limit;
