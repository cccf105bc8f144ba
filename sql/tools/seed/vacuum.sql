-- Frees the space of millions of folded changes.
vacuum analyze figures.enrollment_changes, figures.lesson_changes, figures.figure_changes,
    figures.outline_changes, figures.figures, figures.figure_buckets;
