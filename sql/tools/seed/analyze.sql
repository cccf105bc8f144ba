-- The planner knows of the new rows at once.
analyze users, courses, lessons, enrollments, lesson_progress, attempts, course_counters, figures,
    figure_buckets;
