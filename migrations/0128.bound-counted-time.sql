-- The seconds that were counted in a lesson are bounded as its watched parts are: offline events
-- could leave a part of a second each, and every report reads and writes them all.
-- depends: 0095.bound-what-is-kept

-- The same parts with the smallest gaps closed, of equal ones the earlier first, until at most
-- `most` parts are left.
create function close_gaps(parts int8multirange, most integer) returns int8multirange
language sql immutable parallel safe as $$
    select case
        when (select count(*) from unnest(parts)) <= most then parts
        else parts + (
            select coalesce(range_agg(int8range(gap.first_second, gap.end_second)), '{}')
            from (
                select upper(part) as first_second,
                       lead(lower(part)) over (order by part) as end_second
                from unnest(parts) as part
                order by lead(lower(part)) over (order by part) - upper(part), part
                limit (select count(*) from unnest(parts)) - most
            ) as gap
            where gap.end_second is not null
        )
    end
$$;

-- Compressed, five hundred parts take more than a kilobyte.
update lesson_progress set studied = close_gaps(studied, 500)
where pg_column_size(studied) > 1000 and (select count(*) from unnest(studied)) > 500;
