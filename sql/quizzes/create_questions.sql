-- Adds many questions at the end, in the order of `place`; returns their ids in that order.
with last as (
    select coalesce(max(position), 0) as position from questions where quiz_id = :quiz_id
),
created as (
    insert into questions (quiz_id, type, text, points, explanation, options, answer, position)
    select :quiz_id, new.type, new.text, new.points, new.explanation, new.options, new.answer,
           last.position + new.place
    from last,
         jsonb_to_recordset(:questions::jsonb) as new (
             place integer, type text, text text, points numeric, explanation text,
             options jsonb, answer jsonb)
    returning id, position
)
select id from created order by position;
