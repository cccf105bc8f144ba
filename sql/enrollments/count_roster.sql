-- How many enrolments and waiting places the roster would show in all.
select (
    select count(*)
    from enrollments e
    where e.course_id = :course_id and e.status = any(:statuses::text[])
      and (:updated_since::timestamptz is null or e.updated_at >= :updated_since)
      and (:student_ids::uuid[] is null or e.student_id = any(:student_ids))
      and (:q::text is null
           or exists (select from users s where s.id = e.student_id
                      and s.findable like findable_pattern(:q)))
) + (
    select count(*)
    from place_details
    where course_id = :course_id and status = any(:statuses)
      and (:updated_since is null or updated_at >= :updated_since)
      and (:place_q::text is null
           or findable like findable_pattern(:place_q))
);
