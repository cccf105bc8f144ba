-- Times outside of 1970 to 2199 move to that edge, so that attempts can be started and read again.
-- A window that lay outside as a whole keeps its order. (`greatest` alone would fill nulls.)
-- depends: 0070.allow-short-titles 0021.create-attempts

update quizzes
set available_from = case when available_from is not null then
        least(greatest(available_from, '1970-01-01T00:00:00Z'), '2199-12-31T00:00:00Z') end,
    available_until = case when available_until is not null then
        least(greatest(available_until, '1970-01-02T00:00:00Z'), '2199-12-31T23:59:59.999999Z') end
where available_from < '1970-01-01T00:00:00Z' or available_from >= '2200-01-01T00:00:00Z'
   or available_until < '1970-01-01T00:00:00Z' or available_until >= '2200-01-01T00:00:00Z';

update attempts
set available_until = case when available_until is not null then
        least(greatest(available_until, '1970-01-02T00:00:00Z'), '2199-12-31T23:59:59.999999Z') end,
    expires_at = case when expires_at is not null then
        least(greatest(expires_at, '1970-01-02T00:00:00Z'), '2199-12-31T23:59:59.999999Z') end
where available_until < '1970-01-01T00:00:00Z' or available_until >= '2200-01-01T00:00:00Z'
   or expires_at < '1970-01-01T00:00:00Z' or expires_at >= '2200-01-01T00:00:00Z';

alter table courses validate constraint courses_title_length;
alter table quizzes validate constraint quizzes_times_in_range;
