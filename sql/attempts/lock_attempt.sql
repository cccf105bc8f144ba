-- Holds an attempt while it is closed, marked or moved. Saving waits for it, and it for saving. What
-- ended it: its deadline, unless access to the course ended before.
select a.id, a.quiz_id, a.student_id, a.enrollment_id, a.status, a.closed_by, a.passing_score,
       case when a.expires_at <= access_end_since(e, a.started_at) then 'deadline'
            when access_end_since(e, a.started_at) is not null then 'access_ended'
            when a.expires_at + make_interval(secs => :grace_seconds) <= clock_timestamp()
                then 'deadline'
       end as over_by
from attempts a
join enrollments e on e.id = a.enrollment_id
where a.id = :attempt_id
for no key update of a;
