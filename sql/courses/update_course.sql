-- Writes all the fields that an author may change.
update courses
set title = :title, slug = :slug, description = :description, category = :category,
    difficulty = :difficulty, language = :language,
    estimated_duration_minutes = :estimated_duration_minutes, price_amount = :price_amount,
    price_currency = :price_currency, capacity = :capacity,
    learning_objectives = :learning_objectives, requirements = :requirements,
    metadata = :metadata, certificate = :certificate,
    thumbnail_file_id = :thumbnail_file_id
where id = :course_id;
