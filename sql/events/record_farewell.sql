-- What an event of a course says, told to the instructor whom the course left; admins have the
-- event itself. Whether any webhook is there to be told of its like; no row for an admin.
insert into events (type, course_id, instructor_id, data, is_farewell)
select :type, :course_id, id, :data, true
from users
where id = :former_id and role = 'instructor'
returning exists (
    select from webhooks where webhooks.is_active and events.type = any(webhooks.types)
) as is_awaited;
