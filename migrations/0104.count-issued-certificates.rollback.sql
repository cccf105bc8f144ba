lock table certificates in share row exclusive mode;

insert into figures.figure_changes (scope, name, n)
select figures.site(), moved.name, moved.sign * count(*)
from certificates
cross join (values ('certificates:cancelled', -1), ('certificates:revoked', 1)) as moved (name, sign)
where status = 'revoked' and issued_at is null
group by moved.name, moved.sign;

create or replace function figures.note_certificate() returns trigger language plpgsql
set search_path = figures, public as $$
begin
    if tg_op <> 'INSERT' then
        insert into figure_changes (scope, name, n)
        values (site(), 'certificates:' || old.status, -1);
    end if;
    if tg_op <> 'DELETE' then
        insert into figure_changes (scope, name, n)
        values (site(), 'certificates:' || new.status, 1);
    end if;
    return null;
end $$;

create or replace function figures.note_everything() returns void language plpgsql
set search_path = figures, public as $$
begin
    delete from figures;
    delete from figure_buckets;
    delete from taught_students;
    delete from course_outlines;
    delete from figure_changes;
    delete from enrollment_changes;
    delete from lesson_changes;
    delete from outline_changes;
    insert into enrollment_changes
        (course_id, student_id, enrollment_id, n, status, started, active_hour, seconds)
    select e.course_id, e.student_id, e.id, 1, e.status,
           floor(extract(epoch from e.enrolled_at) / 900)::bigint,
           hour_of(greatest(e.enrolled_at, e.last_accessed_at)),
           floor(extract(epoch from e.completed_at - e.enrolled_at))::bigint
    from enrollments e;
    insert into lesson_changes (course_id, enrollment_id, lesson_id, n)
    select l.course_id, p.enrollment_id, p.lesson_id, 1
    from lesson_progress p join lessons l on l.id = p.lesson_id
    where p.completed_at is not null;
    insert into course_outlines (course_id) select id from courses;
    insert into outline_changes (course_id) select id from courses;
    insert into figure_changes (scope, name, n)
    select site(), 'courses:' || status, count(*) from courses group by status
    union all select site(), 'users:' || role, count(*) from users group by role
    union all select site(), 'certificates:' || status, count(*) from certificates group by status
    union all select course_id, 'gross:' || currency, sum(amount)
              from orders where paid_at is not null group by course_id, currency
    union all select course_id, 'refunded:' || currency, sum(amount)
              from orders where refunded_at is not null group by course_id, currency;
    insert into figure_changes (scope, name, key, n)
    select people(), 'active', active_hour, count(*) from user_activity group by active_hour;
    -- Those that there are, triggers keep right under a lock that is not ours to wait for.
    insert into best_scores (quiz_id, student_id, best, passed)
    select quiz_id, student_id, max(score_percent * 100)::bigint, coalesce(bool_or(passed), false)
    from attempts a
    where status <> 'in_progress'
      and not exists (select from best_scores b
                      where b.quiz_id = a.quiz_id and b.student_id = a.student_id)
    group by quiz_id, student_id;
    insert into figure_changes (scope, name, n)
    select course_id, 'attempts', count(*) from closed_attempts group by course_id;
    insert into figure_changes (scope, name, n)
    select q.course_id, x.name, sum(x.n)
    from best_scores b
    join quizzes q on q.id = b.quiz_id
    cross join lateral (values
        ('bests', (b.best is not null)::integer::bigint),
        ('best_points', coalesce(b.best, 0)),
        ('passes', b.passed::integer)
    ) as x (name, n)
    group by q.course_id, x.name;
    perform note_files();
end $$;

drop function figures.certificate_state(text, timestamptz);
