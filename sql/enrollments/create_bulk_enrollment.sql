-- Rows to enrol, as they were given, for a worker to go through.
with bulk as (
    insert into bulk_enrollments (course_id, requested_by, dry_run, total)
    values (:course_id, :requested_by, :dry_run, cardinality(:emails::text[]))
    returning id
),
given as (
    insert into bulk_enrollment_rows (bulk_enrollment_id, row_number, email, full_name)
    select bulk.id, item.number, item.email, item.full_name
    from bulk, unnest(:emails::text[], :full_names::text[])
        with ordinality as item (email, full_name, number)
)
select id from bulk;
