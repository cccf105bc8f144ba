-- A page of a course's enrolments, by the student's name. Each status is read from its own part of
-- the index, so that a filter never reads rows that it leaves out.
select d.id, d.course, d.student_id, d.status, d.progress_percent, d.completed_lessons,
       d.total_lessons, d.time_spent_seconds, d.resume_lesson_id, d.enrolled_at, d.completed_at,
       d.last_accessed_at, d.updated_at,
       json_build_object('id', u.id, 'full_name', u.full_name, 'email', u.email) as student,
       page.student_name, page.done_lessons
from (
    select found.*, wanted.status = 'completed' as is_completed
    from unnest(:statuses::text[]) as wanted (status)
    cross join lateral (
        select e.id, e.student_id, e.enrolled_at, e.student_name, e.done_lessons
        from enrollments e
        where e.course_id = :course_id and e.status = wanted.status
          and (:updated_since::timestamptz is null or e.updated_at >= :updated_since)
          and (:student_ids::uuid[] is null or e.student_id = any(:student_ids))
          and (:pattern::text is null
               or exists (select from users s where s.id = e.student_id
                          and (s.full_name ilike :pattern or s.email ilike :pattern)))
          and (e.student_name, e.id) > (:after_name, :after_id)
        order by e.student_name, e.id
        limit :limit
    ) as found
    order by found.student_name, found.id
    limit :limit
) as page
join enrollment_details d on d.id = page.id
join users u on u.id = page.student_id
order by page.student_name, page.id;
