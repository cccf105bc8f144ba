-- A new draft.
insert into courses
    (instructor_id, title, slug, description, category, difficulty, language,
     estimated_duration_minutes, price_amount, price_currency, capacity, learning_objectives,
     requirements, metadata, certificate, thumbnail_file_id)
values
    (:instructor_id, :title, :slug, :description, :category, :difficulty, :language,
     :estimated_duration_minutes, :price_amount, :price_currency, :capacity,
     :learning_objectives, :requirements, :metadata, :certificate,
     :thumbnail_file_id)
returning id;
