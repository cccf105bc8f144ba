-- Published courses, a minute apart, of instructors in turn; their number is in the slug.
with teachers as (
    select id, row_number() over (order by id) - 1 as turn, count(*) over () as total
    from users where role = 'instructor'
)
insert into courses
    (instructor_id, title, slug, description, category, difficulty, status, language,
     estimated_duration_minutes, price_amount, price_currency, learning_objectives,
     requirements, published_at, created_at)
select t.id, 'Course number ' || n || ', from the beginning', 'course-' || n,
       'What course number ' || n || ' is about, and for whom it is meant. '
           || repeat('It has a paragraph of the usual length. ', 6),
       'category-' || n % 20, (array['beginner', 'intermediate', 'advanced'])[n % 3 + 1],
       'published', 'en', 30 + n % 300,
       case when n % 4 = 0 then 1900 + n % 100 end, case when n % 4 = 0 then 'USD' end,
       '["Know the words", "Do it alone"]', '["A browser"]',
       now() - make_interval(mins => n), now() - make_interval(mins => n + 60)
from generate_series(:first::integer, :last::integer) as n
join teachers t on t.turn = n % t.total;
