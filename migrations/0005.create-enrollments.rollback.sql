drop view enrollment_details;
drop table lesson_progress, enrollments;
