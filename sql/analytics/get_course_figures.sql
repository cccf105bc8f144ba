-- All of a course's figures, in one statement and so in one snapshot.
select c.id, c.title, c.status, c.language, c.instructor_id, counters.rating_count,
       counters.rating_sum, coalesce(totals.figures, '{}') as figures,
       -- Active enrolments with a sign of life since that hour began: first the whole days, then the
       -- hours left of the first day.
       (select coalesce(sum(n), 0) from figures.bucket_parts
        where scope = c.id and name = 'hours/24' and key > :since_hour::bigint / 24)::bigint
       + (select coalesce(sum(n), 0) from figures.bucket_parts
          where scope = c.id and name = 'hours'
            and key >= :since_hour and key < (:since_hour / 24 + 1) * 24)::bigint as recent,
       -- The middle value, or both if there are two. Each level finds the part that holds the rank,
       -- from the coarsest level down to the seconds.
       (select coalesce(array_agg(fine.key order by fine.key), '{}')
        from unnest(case when completions.n > 0
                         then array[(completions.n - 1) / 2, completions.n / 2]
                         else '{}' end) as wanted (rank)
        cross join lateral (
            select key, wanted.rank - (upto - n) as rank
            from (select key, n, sum(n) over (order by key) as upto from figures.exact_buckets
                  where scope = c.id and name = 'time/262144') as sums
            where upto > wanted.rank order by key limit 1
        ) as coarse
        cross join lateral (
            select key, coarse.rank - (upto - n) as rank
            from (select key, n, sum(n) over (order by key) as upto from figures.exact_buckets
                  where scope = c.id and name = 'time/512'
                    and key >= coarse.key << 9 and key < (coarse.key + 1) << 9) as sums
            where upto > coarse.rank order by key limit 1
        ) as middle
        cross join lateral (
            select key
            from (select key, sum(n) over (order by key) as upto from figures.exact_buckets
                  where scope = c.id and name = 'time'
                    and key >= middle.key << 9 and key < (middle.key + 1) << 9) as sums
            where upto > middle.rank order by key limit 1
        ) as fine) as middle_seconds,
       (select coalesce(json_agg(json_build_array(p.lesson_id, p.title, completed.n,
            -- After lessons were moved, a new pair is counted from scratch until the next fold has
            -- counted it.
            case when p.previous_id is null then completed.n
                 when p.is_counted then completed.with_previous + coalesce(moved.n, 0)
                 else (select n from figures.both_done(p.lesson_id, p.previous_id))
            end) order by p.position), '[]')
        from figures.lesson_pairs p
        cross join lateral (
            select coalesce(sum(n) filter (where name = 'completed'), 0)::bigint as n,
                   coalesce(sum(n) filter (where name = 'both'), 0) as with_previous
            from (select name, n from figures.figures where scope = p.lesson_id
                  union all
                  select 'completed'::text, n::bigint from figures.lesson_changes
                  where lesson_id = p.lesson_id) as parts
        ) as completed
        left join (
            select lesson_id, sum(n) as n from figures.both_moves where course_id = :course_id
            group by lesson_id
        ) as moved on moved.lesson_id = p.lesson_id
        where p.course_id = :course_id) as lessons,
       (select coalesce(json_object_agg(period, n), '{}')
        from (select width_bucket(key, :bounds::bigint[]) - 1 as period, sum(n) as n
              from figures.bucket_parts
              where scope = c.id and name = :started
                and key >= (:bounds)[1] and key < (:bounds)[cardinality(:bounds)]
              group by 1) as series) as enrolled
from courses c
join course_counters counters on counters.course_id = c.id
-- The limit tells the planner that a scope has one row. Expecting a hundred, it finds every plan
-- dear and plans anew at each call, which takes four times as long as the work itself.
left join lateral (
    select figures from figures.by_scope where scope = :course_id limit 1
) as totals on true
cross join lateral (
    select coalesce((totals.figures ->> 'completed')::bigint, 0) as n
) as completions
where c.id = :course_id;
