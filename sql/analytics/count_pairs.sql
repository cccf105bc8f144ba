-- Who completed both of two lessons that came to stand one after the other, from scratch.
insert into figures (scope, name, n)
select p.lesson_id, 'both',
       (select count(*)
        from lesson_progress a
        join lesson_progress b
            on b.enrollment_id = a.enrollment_id and b.lesson_id = p.previous_id
        where a.lesson_id = p.lesson_id and a.completed_at is not null
          and b.completed_at is not null)
from lesson_pairs p
where p.course_id = any(:course_ids::uuid[]) and p.previous_id is not null and not p.is_counted
on conflict on constraint figures_pkey do update set n = excluded.n;
