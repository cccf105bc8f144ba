-- Millions of folded changes make way.
vacuum analyze enrollment_changes, lesson_changes, figure_changes, outline_changes, figures,
    figure_buckets;
