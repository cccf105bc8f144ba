-- A page of the catalogue, the newest courses first. `as_of` is when the newest course of the
-- first page was listed: a draft that was published after that keeps the place that it had as a
-- draft, by its creation.
with allowed as not materialized (
    select c.id, c.listed_at, c.created_at
    from catalogue(
        viewer_id => :viewer_id::uuid, sees_all => :sees_all::boolean, status => :status::text,
        category => :category::text, difficulty => :difficulty::text,
        instructor_id => :instructor_id::uuid, is_free => :is_free::boolean,
        updated_since => :updated_since::timestamptz, ids => :ids::uuid[],
        words => :words::text
    ) c
),
listed as (
    (select id, listed_at as place
     from allowed
     where (listed_at, id) < (:before_time, :before_id)
     order by listed_at desc, id desc
     limit :limit)
    union all
    (select id, created_at
     from allowed
     where listed_at > :as_of and (created_at, id) < (:before_time, :before_id)
     order by created_at desc, id desc
     limit :limit)
    order by place desc, id desc
    limit :limit
)
select d.id, d.title, d.slug, d.description, d.category, d.difficulty, d.status, d.instructor,
       d.thumbnail_url, d.thumbnail_file_id, d.estimated_duration_minutes, d.price, d.capacity,
       d.language, d.learning_objectives, d.requirements, d.metadata, d.certificate,
       d.lesson_count, d.enrollment_count, d.average_rating, d.rating_count, d.published_at,
       d.created_at, d.updated_at
from listed
join course_details d on d.id = listed.id
order by listed.place desc, listed.id desc;
