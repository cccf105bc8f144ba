-- Tells the planner that there may be millions of changes now.
analyze figures.enrollment_changes, figures.lesson_changes, figures.figure_changes;
