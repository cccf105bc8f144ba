-- For how long the oldest withheld event has been written but not shown; 0 if there is none.
select coalesce(extract(epoch from now() - min(waiting.created_at)), 0)::float8
    as withheld_seconds
from unnest(:types::text[]) as wanted (type)
cross join lateral (
    select created_at
    from events
    where events.type = wanted.type
        and events.xid >= pg_snapshot_xmin(pg_current_snapshot())
    order by events.xid, events.position
    limit 1
) as waiting;
