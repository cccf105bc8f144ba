-- All lessons of a course in their order, without their content, and a student's progress in each;
-- without an enrolment, all are still to do.
select l.id, l.title, l.content_type, l.position, l.duration_minutes, l.is_preview, l.quiz_id,
       case when p.completed_at is not null then 'completed'
            when p.worked_at is not null then 'in_progress'
            else 'not_started'
       end as status,
       p.completed_at, coalesce(p.time_spent_seconds, 0) as time_spent_seconds,
       p.last_position_seconds,
       case when p.watched is null or isempty(p.watched) then json '[]'
            else show_ranges(p.watched)
       end as watched
from current_lessons l
left join lesson_progress p on p.enrollment_id = :enrollment_id::uuid and p.lesson_id = l.id
where l.course_id = :course_id
order by l.position;
