-- Attempts that were open when access ended, before 0081: their enrolments say when that was, and
-- a worker closes them. The last write of a dropped enrolment is the nearest moment that is known.
-- depends: 0081.end-access
update enrollments e
set access_ended_at = greatest(
    e.updated_at,
    -- The transaction that ended it may have begun before the attempt.
    (select max(a.started_at) from attempts a where a.enrollment_id = e.id)
        + interval '1 microsecond')
where e.status = 'dropped' and e.access_ended_at is null
  and exists (select from attempts a
              where a.enrollment_id = e.id and a.status = 'in_progress');

insert into jobs (queue, kind, args)
select 'progress', 'close_ended_attempts', jsonb_build_object('enrollment_id', e.id)
from enrollments e
where e.status = 'dropped'
  and exists (select from attempts a
              where a.enrollment_id = e.id and a.status = 'in_progress');

alter table attempts validate constraint attempts_closed_by_known;
