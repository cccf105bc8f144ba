-- How long the person learned, by quarters of an hour.
select * from study_time where student_id = :user_id;
