drop trigger lesson_progress_tells_change on lesson_progress;
drop trigger lesson_progress_tells_first on lesson_progress;
drop trigger enrollments_tell_change on enrollments;
drop trigger enrollments_tell_begin on enrollments;
drop function record_lesson_event();
drop function record_enrollment_event();
drop function rfc3339(timestamptz);
