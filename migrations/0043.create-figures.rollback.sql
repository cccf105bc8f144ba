drop trigger attempts_noted_gone on attempts;
drop trigger attempts_noted_again on attempts;
drop trigger attempts_noted on attempts;
drop trigger orders_noted_again on orders;
drop trigger orders_noted on orders;
drop trigger certificates_noted_again on certificates;
drop trigger certificates_noted on certificates;
drop trigger users_noted_again on users;
drop trigger users_noted on users;
drop trigger courses_noted_again on courses;
drop trigger courses_noted on courses;
drop trigger lessons_noted_gone on lessons;
drop trigger lessons_noted_again on lessons;
drop trigger lessons_noted on lessons;
drop trigger lesson_progress_timed_again on lesson_progress;
drop trigger lesson_progress_timed on lesson_progress;
drop trigger lesson_progress_noted_gone on lesson_progress;
drop trigger lesson_progress_noted_again on lesson_progress;
drop trigger lesson_progress_noted on lesson_progress;
drop trigger enrollments_noted_again on enrollments;
drop trigger enrollments_noted on enrollments;
drop function note_everything(), note_files(), note_attempt();
drop table best_scores;
drop view closed_attempts, taught_moves, both_moves, done_moves, stale_outlines, lesson_pairs, exact_buckets, bucket_parts,
    exact_figures, bucket_moves, figure_moves;
drop table study_time, user_activity;
drop function note_order(), note_certificate(), note_activity(), note_user(), note_course(),
    note_outlines(), note_study_time(), note_lesson(), note_enrollment();
drop function enrollment_as_change(enrollments, smallint);
drop table taught_students, course_outlines, outline_changes, lesson_changes, enrollment_changes,
    figure_changes, figure_buckets, figures;
drop function hour_of(timestamptz), people(), site();
