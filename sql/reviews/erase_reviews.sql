-- The texts of the person's reviews; the stars stay in the course's average.
update reviews set text = '' where student_id = :user_id;
