-- Many new events of one type and course, in the order given; returns whether any webhook may want
-- events of this type.
with recorded as (
    insert into events (type, course_id, data)
    select :type, :course_id, given.data
    from unnest(:data::jsonb[]) with ordinality as given (data, turn)
    order by given.turn
    returning 1
)
select exists (
    select from webhooks where webhooks.is_active and :type = any(webhooks.types)
) as is_awaited
from (select count(*) from recorded) as all_of_them;
