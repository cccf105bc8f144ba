-- Places become enrolments of the people behind their addresses: new ones with a progress row for
-- every lesson, as enroll.sql makes one, or ones that were dropped and go on. Who is in the
-- course by now stays as they are. The caller holds the seats of the courses.
-- wakes: webhooks
with taken as (
    delete from invited_places where id = any(:place_ids::uuid[])
    returning course_id, email_key, turn
),
person as (
    select taken.course_id, taken.turn, u.id as student_id, e.id as enrollment_id
    from taken
    join users u on u.email_key = taken.email_key
    left join enrollments e on e.course_id = taken.course_id and e.student_id = u.id
),
enrolled as (
    insert into enrollments (course_id, student_id)
    select course_id, student_id from person where enrollment_id is null order by turn
    returning id, course_id, student_id
),
returned as (
    update enrollments e
    set status = 'active', dropped_at = null, dropped_by = null, dropped_actor_id = null,
        removed_reason = null
    from person
    where e.id = person.enrollment_id and e.status = 'dropped'
    returning e.id, e.course_id, e.student_id
),
seat as (
    update course_counters n set enrollment_count = n.enrollment_count + more.seats
    from (select course_id, count(*) as seats
          from (select course_id from enrolled union all select course_id from returned) as took
          group by course_id) as more
    where n.course_id = more.course_id
),
progress as (
    insert into lesson_progress (enrollment_id, lesson_id)
    select enrolled.id, l.id
    from enrolled join current_lessons l on l.course_id = enrolled.course_id
)
select id, course_id, student_id, true as is_new from enrolled
union all
select id, course_id, student_id, false from returned;
