-- Rows to enrol, as they were given, for a worker to handle; numbers continue from earlier rows.
insert into bulk_enrollment_rows (bulk_enrollment_id, row_number, email, full_name)
select :bulk_enrollment_id::uuid, :before::integer + item.number, item.email, item.full_name
from unnest(:emails::text[], :full_names::text[])
    with ordinality as item (email, full_name, number);
