-- Where an event stands in the log; no row if the reader may not see it. One whose course is
-- gone stays a place to read on from.
select events.xid::text as xid, events.position
from events
left join courses on courses.id = events.course_id
where
    events.id = :event_id
    and (
        :instructor_id::uuid is null
        or courses.instructor_id = :instructor_id
        or (courses.id is null and events.course_id is not null)
    );
