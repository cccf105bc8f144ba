-- What the next fold compares with.
insert into taught_students (instructor_id, student_id, active_hour)
select instructor_id, student_id, active_hour from taught_moves where active_hour is not null
on conflict on constraint taught_students_pkey do update set active_hour = excluded.active_hour;
