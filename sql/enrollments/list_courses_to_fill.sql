-- Some of the courses that have people in line and a free seat.
select s.course_id
from (select distinct course_id from invited_places
      where status = 'waiting' and expires_at > now()) as line
join course_seats s on s.course_id = line.course_id
where s.is_open and (s.free is null or s.free > 0)
limit :limit;
