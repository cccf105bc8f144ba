-- The head of a course's learner page: the course, its teacher, and the reader's enrolment.
select c.id, c.title, c.slug, c.description, c.thumbnail_url, c.status, c.instructor,
       c.language, c.estimated_duration_minutes, c.learning_objectives, c.lesson_count,
       c.instructor_id, e.id as enrollment_id
from course_details c
left join enrollments e on e.course_id = c.id and e.student_id = :student_id
where c.id = :course_id;
