-- Before this, an enrolment had one certificate: the one that stands stays.
delete from certificates k using certificates l
where l.enrollment_id = k.enrollment_id
  and (l.issued_at is not null, l.edition) > (k.issued_at is not null, k.edition);
drop view certificate_details;
create view certificate_details as
select id, number,
       case when status = 'issued' and expires_at <= now() then 'expired' else status end as status,
       enrollment_id,
       json_build_object('id', course_id, 'title', course_title) as course,
       student_name, completed_at, issued_at, expires_at, revoked_at, created_at,
       student_id, course_id, storage_key, updated_at
from certificates;
alter table certificates drop constraint certificates_one_per_enrollment;
alter table certificates add constraint certificates_one_per_enrollment unique (enrollment_id);
-- As the migration before made it, and as this one takes it when it is applied again.
create unique index certificates_edition_once on certificates (enrollment_id, edition);
