-- Makes a row for each new periodic task, due at the next multiple of its period.
insert into schedules (name, next_due_at)
select
    task.name,
    to_timestamp(
        (floor(extract(epoch from now()) / task.every_seconds) + 1) * task.every_seconds
    )
from unnest(:names::text[], :every_seconds::float8[]) as task (name, every_seconds)
-- A period that became shorter counts at once, not after the old one has run out.
on conflict on constraint schedules_pkey do update
set next_due_at = excluded.next_due_at
where schedules.next_due_at > excluded.next_due_at;
