-- The facts of the mails about an enrolment: the course, and the certificate if there is one.
select courses.id as course_id, courses.title, courses.slug, certificates.number
from enrollments
join courses on courses.id = enrollments.course_id
left join certificates on certificates.enrollment_id = enrollments.id
where enrollments.id = :enrollment_id
order by certificates.edition desc
limit 1;
