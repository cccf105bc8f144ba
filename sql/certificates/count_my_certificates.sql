-- How many certificates a student has.
select count(*) from certificates where student_id = :student_id;
