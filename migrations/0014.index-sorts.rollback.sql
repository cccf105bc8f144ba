-- transactional: false
drop index concurrently if exists course_counters_rated_by_category;
drop index concurrently if exists course_counters_rated;
drop index concurrently if exists course_counters_popular_by_category;
drop index concurrently if exists course_counters_popular;
drop index concurrently if exists courses_by_category_and_title;
drop index concurrently if exists courses_by_title;
