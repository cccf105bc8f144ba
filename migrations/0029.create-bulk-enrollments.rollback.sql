drop table bulk_enrollment_rows, bulk_enrollments;
