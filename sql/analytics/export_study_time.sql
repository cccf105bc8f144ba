-- How long she learned.
select * from study_time where student_id = :user_id;
