-- All of a course's figures, in one statement and so in one snapshot.
select c.id, c.title, c.status, c.language, c.instructor_id, counters.rating_count,
       counters.rating_sum, totals.figures,
       -- Whole days, the whole hours of the day in which it begins, and the rest of its hour.
       (select coalesce(sum(n), 0) from bucket_parts
        where scope = c.id and name = 'hours/24' and key > :since_hour::bigint / 24)::bigint
       + (select coalesce(sum(n), 0) from bucket_parts
          where scope = c.id and name = 'hours'
            and key > :since_hour and key < (:since_hour / 24 + 1) * 24)::bigint
       + (select count(*) from enrollments e
          where e.course_id = c.id and e.status = 'active'
            and greatest(e.enrolled_at, e.last_accessed_at) >= :since::timestamptz
            and greatest(e.enrolled_at, e.last_accessed_at)
                < to_timestamp((:since_hour + 1) * 3600)) as recent,
       -- The time or the two times in the middle: level by level, the part that the rank falls in.
       (select coalesce(array_agg(fine.key order by fine.key), '{}')
        from unnest(case when totals.completed > 0
                         then array[(totals.completed - 1) / 2, totals.completed / 2]
                         else '{}' end) as wanted (rank)
        cross join lateral (
            select key, wanted.rank - (upto - n) as rank
            from (select key, n, sum(n) over (order by key) as upto from exact_buckets
                  where scope = c.id and name = 'time/262144') as sums
            where upto > wanted.rank order by key limit 1
        ) as coarse
        cross join lateral (
            select key, coarse.rank - (upto - n) as rank
            from (select key, n, sum(n) over (order by key) as upto from exact_buckets
                  where scope = c.id and name = 'time/512'
                    and key >= coarse.key << 9 and key < (coarse.key + 1) << 9) as sums
            where upto > coarse.rank order by key limit 1
        ) as middle
        cross join lateral (
            select key
            from (select key, sum(n) over (order by key) as upto from exact_buckets
                  where scope = c.id and name = 'time'
                    and key >= middle.key << 9 and key < (middle.key + 1) << 9) as sums
            where upto > middle.rank order by key limit 1
        ) as fine) as middle_seconds,
       (select coalesce(json_agg(json_build_array(p.lesson_id, p.title, completed.n,
            -- Where lessons were moved a moment ago, their pair is counted from scratch until
            -- the next fold knows it.
            case when p.previous_id is null then completed.n
                 when p.is_counted then coalesce(folded.n, 0) + coalesce(moved.n, 0)
                 else (select count(*)
                       from lesson_progress a
                       join lesson_progress b
                           on b.enrollment_id = a.enrollment_id and b.lesson_id = p.previous_id
                       where a.lesson_id = p.lesson_id and a.completed_at is not null
                         and b.completed_at is not null)
            end) order by p.position), '[]')
        from lesson_pairs p
        cross join lateral (
            select coalesce(sum(n), 0)::bigint as n
            from (select n from figures where scope = p.lesson_id and name = 'completed'
                  union all select n from lesson_changes where lesson_id = p.lesson_id) as parts
        ) as completed
        left join figures folded on folded.scope = p.lesson_id and folded.name = 'both'
        left join (
            select lesson_id, sum(n) as n from both_moves where course_id = :course_id
            group by lesson_id
        ) as moved on moved.lesson_id = p.lesson_id
        where p.course_id = :course_id) as lessons,
       (select coalesce(json_object_agg(period, n), '{}')
        from (select width_bucket(key, :bounds::bigint[]) - 1 as period, sum(n) as n
              from bucket_parts
              where scope = c.id and name = :started
                and key >= (:bounds)[1] and key < (:bounds)[cardinality(:bounds)]
              group by 1) as series) as enrolled
from courses c
join course_counters counters on counters.course_id = c.id
cross join lateral (
    select coalesce(json_object_agg(name, n), '{}') as figures,
           coalesce(sum(n) filter (where name = 'completed'), 0)::bigint as completed
    from exact_figures where scope = :course_id
) as totals
where c.id = :course_id;
