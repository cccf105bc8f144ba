-- How many courses a list would show in all its pages.
select count(*)
from catalogue(
    viewer_id => :viewer_id::uuid, sees_all => :sees_all::boolean, status => :status::text,
    category => :category::text, difficulty => :difficulty::text,
    instructor_id => :instructor_id::uuid, is_free => :is_free::boolean,
    updated_since => :updated_since::timestamptz, ids => :ids::uuid[]
) c
where :words::text is null
   or c.id in (select w.course_id from course_documents w
               where w.words @@ :words::text::tsquery);
