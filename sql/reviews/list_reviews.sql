-- A page of what students say about a course, the newest first.
select r.id, r.course_id, json_build_object('id', u.id, 'full_name', u.full_name) as student,
       r.rating, r.text, r.created_at, r.updated_at
from reviews r
join users u on u.id = r.student_id
where r.course_id = :course_id
  and (:updated_since::timestamptz is null or r.updated_at >= :updated_since)
  and (r.created_at, r.id) < (:before_time, :before_id)
order by r.created_at desc, r.id desc
limit :limit;
