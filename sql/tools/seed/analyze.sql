-- Tells the planner of the new rows at once.
analyze users, courses, lessons, enrollments, lesson_progress, attempts, course_counters,
    figures.figures, figures.figure_buckets;
