-- Adds many questions at the end, in the order of `place`; returns their ids in that order.
with last as (
    select coalesce(max(position), 0) as position from questions where quiz_id = :quiz_id
),
created as (
    insert into questions
        (quiz_id, type, name, text, text_format, points, explanation, explanation_format, options,
         answer, tags, external_id, source, position)
    select :quiz_id, new.type, new.name, new.text, new.text_format, new.points, new.explanation,
           new.explanation_format, new.options, new.answer, new.tags, new.external_id, new.source,
           last.position + new.place
    from last,
         jsonb_to_recordset(:questions::jsonb) as new (
             place integer, type text, name text, text text, text_format text, points numeric,
             explanation text, explanation_format text, options jsonb, answer jsonb, tags text[],
             external_id text, source jsonb)
    returning id, position
)
select id from created order by position;
