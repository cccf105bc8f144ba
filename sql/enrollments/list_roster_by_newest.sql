-- A page of a course's enrolments and of the places in it that wait, the latest first. Each
-- status is walked along its own part of the index, so that a filter never means reading past
-- those it leaves out.
with enrolled as (
    select d.id, d.course, d.student_id, d.status, d.progress_percent, d.completed_lessons,
           d.total_lessons, d.time_spent_seconds, d.resume_lesson_id, d.enrolled_at, d.completed_at,
           d.last_accessed_at, d.updated_at,
           json_build_object('id', u.id, 'full_name', u.full_name, 'email', u.email) as student,
           page.student_name, page.done_lessons, null::timestamptz as expires_at,
           d.enrolled_at as placed_at
    from (
        select found.*, wanted.status = 'completed' as is_completed
        from unnest(:statuses::text[]) as wanted (status)
        cross join lateral (
            select e.id, e.student_id, e.enrolled_at, e.student_name, e.done_lessons
            from enrollments e
            where e.course_id = :course_id and e.status = wanted.status
              and (:updated_since::timestamptz is null or e.updated_at >= :updated_since)
              and (:student_ids::uuid[] is null or e.student_id = any(:student_ids))
              and (:q::text is null
                   or exists (select from users s where s.id = e.student_id
                              and s.findable like findable_pattern(:q)))
              and (e.enrolled_at, e.id) < (:before_time, :before_id)
            order by e.enrolled_at desc, e.id desc
            limit :limit
        ) as found
        order by found.enrolled_at desc, found.id desc
        limit :limit
    ) as page
    join enrollment_details d on d.id = page.id
    join users u on u.id = page.student_id
),
places as (
    select id, course, student_id, status, progress_percent, completed_lessons, total_lessons,
           time_spent_seconds, resume_lesson_id, enrolled_at, completed_at, last_accessed_at,
           updated_at, student, student_name, done_lessons, expires_at, placed_at
    from place_details
    where course_id = :course_id and status = any(:statuses)
      and (:updated_since is null or updated_at >= :updated_since)
      and (:place_q::text is null
           or findable like findable_pattern(:place_q))
      and (placed_at, id) < (:before_time, :before_id)
    order by placed_at desc, id desc
    limit :limit
)
select * from (select * from enrolled union all select * from places) as roster
order by placed_at desc, id desc
limit :limit;
