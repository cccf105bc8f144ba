-- The events from before 0058 get their owners, a batch at a time: while a transaction writes,
-- the log waits for it. Those of a course that is gone tell whose it was, or are the admins'.
-- depends: 0058.own-events
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
do $$
declare
    behind uuid := '00000000-0000-0000-0000-000000000000';
begin
    loop
        with batch as materialized (
            select id from events where id > behind order by id limit 2000
        ),
        owned as (
            update events
            set instructor_id = coalesce(
                (select courses.instructor_id from courses where courses.id = events.course_id),
                (events.data ->> 'instructor_id')::uuid)
            from batch
            where events.id = batch.id
                and events.course_id is not null
                and events.instructor_id is null
        )
        select id into behind from batch order by id desc limit 1;
        exit when not found;
        commit;
    end loop;
end $$;

drop index concurrently if exists events_by_instructor;
create index concurrently events_by_instructor
    on events (instructor_id, type collate "C", xid, position)
    where instructor_id is not null;
