-- How far a student is in each lesson that the course has now.
select l.id as lesson_id,
       case when p.completed_at is not null then 'completed'
            when p.time_spent_seconds > 0 or p.last_position_seconds is not null then 'in_progress'
            else 'not_started'
       end as status,
       p.completed_at, coalesce(p.time_spent_seconds, 0) as time_spent_seconds,
       p.last_position_seconds
from enrollments e
join current_lessons l on l.course_id = e.course_id
left join lesson_progress p on p.enrollment_id = e.id and p.lesson_id = l.id
where e.id = :enrollment_id
order by l.position;
