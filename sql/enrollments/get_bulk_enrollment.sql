-- How far a bulk enrolment is, with the result of every row as JSON text. Who does not see
-- accounts is told the same of every address, whether or not there is an account behind it.
with shown as materialized (
    select r.row_number, r.email, r.user_id,
           case when :sees_accounts then r.status
                when r.status in ('enrolled', 'invited', 'waiting', 'returned') then 'accepted'
                when r.status = 'already_enrolled' then 'duplicate'
                when r.code in ('account_disabled', 'not_a_student') then 'accepted'
                when r.status = 'refused' then 'invalid'
                else r.status
           end as status,
           case when :sees_accounts or r.code not in ('account_disabled', 'not_a_student')
                then r.code end as code
    from bulk_enrollment_rows r
    where r.bulk_enrollment_id = :bulk_enrollment_id
)
select b.id, b.course_id, b.requested_by, c.instructor_id, b.dry_run, b.status, b.total,
       b.processed, b.created_at, b.updated_at, b.finished_at,
       (select json_object_agg(counted.status, counted.rows)
        from (select status, count(*) as rows from shown group by status) as counted) as counts,
       (select coalesce(json_agg(json_build_object(
                   'row', s.row_number, 'email', s.email, 'status', s.status, 'code', s.code,
                   'user_id', case when :sees_accounts then s.user_id end,
                   'enrollment_id', case when :sees_accounts then e.id end)
                   order by s.row_number), '[]')
        from shown s
        left join enrollments e on e.course_id = b.course_id and e.student_id = s.user_id)::text
           as results
from bulk_enrollments b
join courses c on c.id = b.course_id
where b.id = :bulk_enrollment_id;
