-- A new draft.
insert into courses
    (instructor_id, title, slug, description, category, difficulty, language,
     estimated_duration_minutes, price_amount, price_currency, capacity, learning_objectives,
     requirements, metadata, certificate)
values
    (:instructor_id, :title, :slug, :description, :category, :difficulty, :language,
     :estimated_duration_minutes, :price_amount, :price_currency, :capacity,
     :learning_objectives, :requirements, :metadata, :certificate)
returning id;
