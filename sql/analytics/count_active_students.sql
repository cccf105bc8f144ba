-- How many of a teacher's students did something in any of the teacher's courses since a moment.
-- Whole hours come from the totals and from what changed since the last fold; for the hour in
-- which the moment lies, enrolments are counted.
select (select coalesce(sum(n), 0) from figures.figure_buckets
        where scope = :instructor_id and name = 'students' and key > :since_hour)::bigint
       + (select coalesce(sum((coalesce(active_hour, 0) > :since_hour)::integer
                              - (coalesce(before_hour, 0) > :since_hour)::integer), 0)
          from figures.taught_moves where instructor_id = :instructor_id)::bigint
       + (select count(distinct e.student_id)
          from courses c
          join enrollments e on e.course_id = c.id
          where c.instructor_id = :instructor_id
            and greatest(e.enrolled_at, e.last_accessed_at) >= :since::timestamptz
            and greatest(e.enrolled_at, e.last_accessed_at)
                < to_timestamp((:since_hour::bigint + 1) * 3600)
            and not exists (  -- they are counted already
                select from enrollments later
                join courses taught on taught.id = later.course_id
                where later.student_id = e.student_id and taught.instructor_id = c.instructor_id
                  and greatest(later.enrolled_at, later.last_accessed_at)
                      >= to_timestamp((:since_hour + 1) * 3600)));
