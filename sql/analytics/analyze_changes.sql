-- The planner knows that there are millions.
analyze enrollment_changes, lesson_changes, figure_changes;
