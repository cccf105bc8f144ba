-- Deletes the figures of courses that were deleted.
with gone as (
    delete from figures.course_outlines o
    where o.course_id = any(:course_ids::uuid[])
      and not exists (select from courses c where c.id = o.course_id)
    returning course_id
),
buckets as (delete from figures.figure_buckets b using gone where b.scope = gone.course_id)
delete from figures.figures f using gone where f.scope = gone.course_id;
