-- One index for each order of the catalogue, and one for each within a category.
-- depends: 0013.create-search
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
drop index concurrently if exists courses_by_title;
create index concurrently courses_by_title on courses (sort_title(title), id);
drop index concurrently if exists courses_by_category_and_title;
create index concurrently courses_by_category_and_title
    on courses (category, sort_title(title), id);
drop index concurrently if exists course_counters_popular;
create index concurrently course_counters_popular
    on course_counters (enrollment_count desc, course_id desc);
drop index concurrently if exists course_counters_popular_by_category;
create index concurrently course_counters_popular_by_category
    on course_counters (category, enrollment_count desc, course_id desc);
drop index concurrently if exists course_counters_rated;
create index concurrently course_counters_rated on course_counters
    (rating_rank(rating_sum, rating_count) desc, rating_count desc, course_id desc);
drop index concurrently if exists course_counters_rated_by_category;
create index concurrently course_counters_rated_by_category on course_counters
    (category, rating_rank(rating_sum, rating_count) desc, rating_count desc, course_id desc);
