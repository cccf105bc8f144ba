-- A student's next attempt, with the deadline that holds for this student. The caller has locked
-- the enrolment, so the number is the next one.
with clock as materialized (select clock_timestamp() as started_at)
insert into attempts
    (quiz_id, student_id, enrollment_id, number, passing_score, time_limit_minutes,
     available_until, started_at, expires_at, max_points)
select q.id, :student_id, :enrollment_id,
       (select coalesce(max(number), 0) + 1 from attempts
        where quiz_id = q.id and student_id = :student_id),
       q.passing_score, q.time_limit_minutes, ends.own, clock.started_at,
       -- The earlier of the two times; if one is null, the other.
       least(
           clock.started_at
               + make_interval(mins => q.time_limit_minutes + coalesce(x.extra_minutes, 0)),
           ends.own),
       :max_points
from clock, quizzes q
left join quiz_extensions x on x.quiz_id = q.id and x.user_id = :student_id
cross join lateral
    (select own_end(q.available_until, x.extra_minutes, x.available_until) as own) as ends
where q.id = :quiz_id
returning id;
