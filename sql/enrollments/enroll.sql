-- A new enrolment: the seat, the row, and a progress row for every lesson. A place that waits for
-- the student ends with it: nobody takes two seats. Where somebody only says that the address is
-- theirs, the place stays for its owner.
-- wakes: webhooks
with seat as (
    update course_counters set enrollment_count = enrollment_count + 1
    where course_id = :course_id
),
place as (
    delete from invited_places p
    using users u
    where u.id = :student_id
      and p.email_key = u.email_key and p.course_id = :course_id
      and owns_address(u)
),
enrolled as (
    insert into enrollments (course_id, student_id) values (:course_id, :student_id)
    returning id
),
progress as (
    insert into lesson_progress (enrollment_id, lesson_id)
    select enrolled.id, l.id from enrolled, current_lessons l where l.course_id = :course_id
)
select id from enrolled;
