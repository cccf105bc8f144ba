-- How far a bulk enrolment is, with the result of every row as JSON text.
select b.id, b.course_id, b.requested_by, c.instructor_id, b.dry_run, b.status, b.total,
       b.processed, b.created_at, b.updated_at, b.finished_at,
       (select json_object_agg(counted.status, counted.rows)
        from (select status, count(*) as rows from bulk_enrollment_rows
              where bulk_enrollment_id = b.id group by status) as counted) as counts,
       (select coalesce(json_agg(json_build_object(
                   'row', r.row_number, 'email', r.email, 'status', r.status, 'code', r.code,
                   'user_id', r.user_id, 'enrollment_id', e.id) order by r.row_number), '[]')
        from bulk_enrollment_rows r
        left join enrollments e on e.course_id = b.course_id and e.student_id = r.user_id
        where r.bulk_enrollment_id = b.id)::text as results
from bulk_enrollments b
join courses c on c.id = b.course_id
where b.id = :bulk_enrollment_id;
