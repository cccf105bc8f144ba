-- transactional: false
-- Fails while a student has two paid orders of one course: which of them stands is for people to
-- decide, by refunding one.
drop index concurrently if exists orders_one_open;
create unique index concurrently orders_one_open on orders (course_id, student_id)
    where status in ('pending', 'paid');
drop index concurrently if exists orders_one_live;
