-- Bounds on what one person can have us keep: watched parts of a lesson, and kept replies.
-- depends: 0001.create-foundations 0027.count-progress

-- The same parts with the smallest gaps closed, of equal ones the earlier first, until at most
-- `most` parts are left.
create function close_gaps(parts int4multirange, most integer) returns int4multirange
language sql immutable parallel safe as $$
    select case
        when (select count(*) from unnest(parts)) <= most then parts
        else parts + (
            select coalesce(range_agg(int4range(gap.first_second, gap.end_second)), '{}')
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
update lesson_progress set watched = close_gaps(watched, 500)
where pg_column_size(watched) > 1000 and (select count(*) from unnest(watched)) > 500;

-- A reply that was not kept leaves its record, so that the effect still happens once.
alter table idempotency_keys add column is_kept boolean not null default true;

-- Bytes of kept replies, by whose they are and the day (UTC).
create table idempotency_usage (
    scope text not null,
    day date not null,
    bytes bigint not null,
    constraint idempotency_usage_pkey primary key (scope, day)
);
create index idempotency_usage_by_day on idempotency_usage (day);
