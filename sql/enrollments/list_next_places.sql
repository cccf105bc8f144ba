-- The places of a course that come next in line, as many as there are seats for them now, and one
-- more if there are more than are given at a time; none while the course takes no students. Each
-- may make a progress row for every lesson, so a course with many takes fewer at a time.
with room as materialized (
    select case when s.is_open then greatest(0, least(:limit::integer + 1, s.free)) else 0 end
               as seats,
           least(:limit, greatest(1, 10000 / (select coalesce(max(l.position), 1) from lessons l
                                              where l.course_id = s.course_id))) as at_once
    from course_seats s where s.course_id = :course_id
),
line as (
    select id, email, email_key, full_name, turn
    from invited_places
    where course_id = :course_id and status = 'waiting' and expires_at > now()
    order by turn
    limit (select seats from room)
)
select line.id, line.email, line.email_key, line.full_name,
       row_number() over (order by line.turn) <= room.at_once as is_next
from line cross join room
order by line.turn;
