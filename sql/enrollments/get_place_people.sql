-- In which course a place was given, and who teaches that.
select p.id, p.course_id, c.instructor_id, p.updated_at
from invited_places p
join courses c on c.id = p.course_id
where p.id = :place_id;
