-- What students say about courses.
-- depends: 0014.index-sorts

create table reviews (
    id uuid not null default uuid_v7(),
    course_id uuid not null,
    student_id uuid not null,
    rating integer not null,
    text text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint reviews_pkey primary key (id),
    constraint reviews_once unique (course_id, student_id),
    constraint reviews_enrollment foreign key (course_id, student_id)
        references enrollments (course_id, student_id) on delete cascade,
    constraint reviews_rating_known check (rating between 1 and 5)
);
create trigger reviews_touch before update on reviews
    for each row execute function touch_updated_at();
create index reviews_newest on reviews (course_id, created_at desc, id desc);
create index reviews_by_student on reviews (student_id);

-- A course's average is right whoever writes or erases a review.
create function count_review() returns trigger language plpgsql as $$
begin
    update course_counters
    set rating_count = rating_count + (tg_op = 'INSERT')::integer - (tg_op = 'DELETE')::integer,
        rating_sum = rating_sum + case when tg_op = 'DELETE' then 0 else new.rating end
                                - case when tg_op = 'INSERT' then 0 else old.rating end
    where course_id = case when tg_op = 'DELETE' then old.course_id else new.course_id end;
    return null;
end $$;
create trigger reviews_counted after insert or delete on reviews
    for each row execute function count_review();
create trigger reviews_counted_again after update of rating on reviews
    for each row when (old.rating <> new.rating) execute function count_review();

