-- The courses that a person may see and that the given filters let through; a filter that is
-- null lets all through. One definition for every list, count and search of the catalogue.
-- PostgreSQL puts its text into the query that calls it, so that each list still walks the index
-- of its own order.
-- depends: 0013.create-search

create function catalogue(
    viewer_id uuid,
    sees_all boolean,
    status text default null,
    category text default null,
    difficulty text default null,
    instructor_id uuid default null,
    is_free boolean default null,
    updated_since timestamptz default null,
    ids uuid[] default null,
    words text default null
) returns table (id uuid, title text, listed_at timestamptz, created_at timestamptz)
language sql stable parallel safe as $$
    select c.id, c.title, c.listed_at, c.created_at
    from courses c
    where (c.status = 'published' or c.instructor_id = catalogue.viewer_id or catalogue.sees_all)
      and (catalogue.status is null or c.status = catalogue.status)
      and (catalogue.category is null or c.category = catalogue.category)
      and (catalogue.difficulty is null or c.difficulty = catalogue.difficulty)
      and (catalogue.instructor_id is null or c.instructor_id = catalogue.instructor_id)
      and (catalogue.is_free is null
           or (c.price_amount is null or c.price_amount = 0) = catalogue.is_free)
      and (catalogue.updated_since is null or c.updated_at >= catalogue.updated_since)
      and (catalogue.ids is null or c.id = any (catalogue.ids))
      and (catalogue.words is null
           -- not `exists`, for which the planner reads every document before the first course
           or (select w.words @@ catalogue.words::tsquery from course_documents w
               where w.course_id = c.id))
$$;
