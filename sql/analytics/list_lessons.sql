-- How many completed each lesson, and how many both it and the one before it. Where lessons
-- were moved a moment ago, that pair is counted from scratch until the next fold knows it.
select p.lesson_id, l.title, completed.n as completed,
       case when p.previous_id is null then completed.n
            when p.is_counted then coalesce(folded.n, 0) + coalesce(moved.n, 0)
            else (select count(*)
                  from lesson_progress a
                  join lesson_progress b
                      on b.enrollment_id = a.enrollment_id and b.lesson_id = p.previous_id
                  where a.lesson_id = p.lesson_id and a.completed_at is not null
                    and b.completed_at is not null)
       end::bigint as both
from lesson_pairs p
join lessons l on l.id = p.lesson_id
cross join lateral (
    select coalesce(sum(n), 0)::bigint as n
    from (select n from figures where scope = p.lesson_id and name = 'completed'
          union all select n from lesson_changes where lesson_id = p.lesson_id) as parts
) as completed
left join figures folded on folded.scope = p.lesson_id and folded.name = 'both'
left join (
    select lesson_id, sum(n) as n from both_moves where course_id = :course_id group by lesson_id
) as moved on moved.lesson_id = p.lesson_id
where p.course_id = :course_id
order by p.position;
