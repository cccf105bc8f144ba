-- A page of the courses that a search finds, in five ranks: the words are in the title exactly as
-- they are spelt, in the title, in any of the text, or the title or the text has words that begin
-- like them, are spelt alike, or are the same joined or split. Within a
-- rank the newest come first. A rank is searched only if the ranks before it leave room on the page.
-- If few courses match, their ids are given; if many do, the list is read along its order, and
-- `is true` keeps the planner from gathering all matches instead. A draft that was published after
-- `as_of`, when the paging began, keeps the place that it had as a draft.
with allowed as not materialized (
    select c.id, c.listed_at, c.created_at, w.title, w.words
    from catalogue(
        viewer_id => :viewer_id::uuid, sees_all => :sees_all::boolean, status => :status::text,
        category => :category::text, difficulty => :difficulty::text,
        instructor_id => :instructor_id::uuid, is_free => :is_free::boolean,
        updated_since => :updated_since::timestamptz
    ) c
    join course_documents w on w.course_id = c.id
),
by_spelling as materialized (
    select id, listed_at, 0 as rank
    from allowed
    where (id = any (:by_spelling::uuid[])
           or (:by_spelling::uuid[] is null and (title @@ :spelt::text::tsquery) is true))
      and listed_at <= :as_of::timestamptz
      and (0 > :after_rank::integer
           or (0 = :after_rank and (listed_at, id) < (:before_time, :before_id)))
    order by listed_at desc, id desc
    limit :limit
),
by_title as materialized (
    select id, listed_at, 1 as rank
    from allowed
    where (id = any (:by_title::uuid[])
           or (:by_title::uuid[] is null and (title @@ :exact::text::tsquery) is true))
      and (title @@ :spelt::text::tsquery) is not true
      and listed_at <= :as_of::timestamptz
      and (1 > :after_rank::integer
           or (1 = :after_rank and (listed_at, id) < (:before_time, :before_id)))
      and (select count(*) from by_spelling) < :limit
    order by listed_at desc, id desc
    limit :limit
),
by_text as materialized (
    select id, listed_at, 2 as rank
    from allowed
    where (id = any (:by_text::uuid[])
           or (:by_text::uuid[] is null and (words @@ :exact::text::tsquery) is true))
      and not title @@ :exact::text::tsquery
      and listed_at <= :as_of::timestamptz
      and (2 > :after_rank::integer
           or (2 = :after_rank and (listed_at, id) < (:before_time, :before_id)))
      and (select count(*) from by_spelling) + (select count(*) from by_title) < :limit
    order by listed_at desc, id desc
    limit :limit
),
alike_title as materialized (
    select id, listed_at, 3 as rank
    from allowed
    where (id = any (:alike_title::uuid[])
           or (:alike_title::uuid[] is null and (title @@ :alike::text::tsquery) is true))
      and not words @@ :exact::text::tsquery
      and listed_at <= :as_of::timestamptz
      and (3 > :after_rank::integer
           or (3 = :after_rank and (listed_at, id) < (:before_time, :before_id)))
      and (select count(*) from by_spelling) + (select count(*) from by_title)
          + (select count(*) from by_text) < :limit
    order by listed_at desc, id desc
    limit :limit
),
alike_text as materialized (
    select id, listed_at, 4 as rank
    from allowed
    where (id = any (:alike_text::uuid[])
           or (:alike_text::uuid[] is null and (words @@ :alike::text::tsquery) is true))
      and not words @@ :exact::text::tsquery and not title @@ :alike::text::tsquery
      and listed_at <= :as_of::timestamptz
      and (4 > :after_rank::integer
           or (4 = :after_rank and (listed_at, id) < (:before_time, :before_id)))
      and (select count(*) from by_spelling) + (select count(*) from by_title)
          + (select count(*) from by_text) + (select count(*) from alike_title) < :limit
    order by listed_at desc, id desc
    limit :limit
),
risen as (
    select id, created_at,
           case when title @@ :spelt::text::tsquery then 0
                when title @@ :exact::text::tsquery then 1
                when words @@ :exact::text::tsquery then 2
                when title @@ :alike::text::tsquery then 3
                when words @@ :alike::text::tsquery then 4
           end as rank
    from allowed
    where listed_at > :as_of
),
listed as (
    select id, listed_at, rank from by_spelling
    union all
    select id, listed_at, rank from by_title
    union all
    select id, listed_at, rank from by_text
    union all
    select id, listed_at, rank from alike_title
    union all
    select id, listed_at, rank from alike_text
    union all
    select id, created_at, rank from risen
    where rank > :after_rank
       or (rank = :after_rank and (created_at, id) < (:before_time, :before_id))
    order by rank, listed_at desc, id desc
    limit :limit
)
select d.id, d.title, d.slug, d.description, d.category, d.difficulty, d.status, d.instructor,
       d.thumbnail_url, d.thumbnail_file_id, d.estimated_duration_minutes, d.price, d.capacity,
       d.language, d.learning_objectives, d.requirements, d.metadata, d.certificate,
       d.lesson_count, d.enrollment_count, d.average_rating, d.rating_count, d.published_at,
       d.created_at, d.updated_at,
       listed.rank, listed.listed_at as place, (select max(listed_at) from courses) as latest
from listed
join course_details d on d.id = listed.id
order by listed.rank, listed.listed_at desc, listed.id desc;
