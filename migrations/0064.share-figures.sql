-- What several queries of the figures have in common, each in one place. PostgreSQL plans the
-- text of a view or of such a function as if it stood in the query.
-- depends: 0063.move-figures

-- All plain totals of a scope by their names, exact in the reader's snapshot.
create view figures.by_scope as
select scope, json_object_agg(name, n) as figures
from figures.exact_figures
group by scope;

-- Active enrolments and how many of their course's present lessons each has done, counted from
-- the facts themselves.
create view figures.lessons_done as
select e.course_id, e.id as enrollment_id, count(l.id) as done
from enrollments e
left join lesson_progress p on p.enrollment_id = e.id and p.completed_at is not null
left join current_lessons l on l.id = p.lesson_id
where e.status = 'active'
group by e.course_id, e.id;

-- How many enrolments have completed both of two lessons, counted from the facts themselves.
create function figures.both_done(lesson_id uuid, previous_id uuid)
returns table (n bigint)
language sql stable parallel safe as $$
    select count(*)
    from public.lesson_progress a
    join public.lesson_progress b
        on b.enrollment_id = a.enrollment_id and b.lesson_id = both_done.previous_id
    where a.lesson_id = both_done.lesson_id and a.completed_at is not null
      and b.completed_at is not null
$$;
