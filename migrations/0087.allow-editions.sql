-- An enrolment has one certificate of each edition. The constraint keeps its name, by which the
-- release before asks for it: there an enrolment with any certificate has one of edition 1.
-- depends: 0086.index-editions

-- squawk-ignore ban-drop-constraint
alter table certificates drop constraint certificates_one_per_enrollment;
alter table certificates add constraint certificates_one_per_enrollment
    unique using index certificates_edition_once;
alter table certificates validate constraint certificates_status_known;

-- `replaced_by` is the number that stands now, however often it was put right since.
create or replace view certificate_details as
select id, number,
       case when status = 'issued' and expires_at <= now() then 'expired' else status end as status,
       enrollment_id,
       json_build_object('id', course_id, 'title', course_title) as course,
       student_name, completed_at, issued_at, expires_at, revoked_at, created_at,
       student_id, course_id, storage_key, updated_at, edition, is_public,
       case when status = 'replaced' then
           (select l.number from certificates l
            where l.enrollment_id = certificates.enrollment_id and l.issued_at is not null
            order by l.edition desc limit 1)
       end as replaced_by
from certificates;

-- Extra minutes reach the window of those who are at it now, too.
update attempts a
set available_until = own_end(q.available_until, x.extra_minutes, x.available_until),
    expires_at = least(
        a.started_at + make_interval(mins => a.time_limit_minutes + x.extra_minutes),
        own_end(q.available_until, x.extra_minutes, x.available_until))
from quiz_extensions x
join quizzes q on q.id = x.quiz_id
where a.quiz_id = x.quiz_id and a.student_id = x.user_id and a.status = 'in_progress'
  and x.extra_minutes > 0 and q.available_until is not null
  and clock_timestamp() < a.expires_at;
