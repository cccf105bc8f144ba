-- Students who are in no course of a teacher any more.
delete from taught_students t
using taught_moves m
where m.instructor_id = t.instructor_id and m.student_id = t.student_id and m.active_hour is null;
