-- One review.
select r.id, r.course_id, json_build_object('id', u.id, 'full_name', u.full_name) as student,
       r.rating, r.text, r.created_at, r.updated_at
from reviews r
join users u on u.id = r.student_id
where r.course_id = :course_id and r.student_id = :student_id;
