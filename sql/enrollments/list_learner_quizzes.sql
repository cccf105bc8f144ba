-- The published quizzes of a course, and a student's results in each: null means no limit, no mark,
-- or a quiz that shows no results. Limit and end are the student's own.
select q.id, q.title, q.is_required, q.passing_score,
       q.time_limit_minutes + coalesce(x.extra_minutes, 0) as time_limit_minutes, q.available_from,
       own_end(q.available_until, x.extra_minutes, x.available_until) as available_until,
       q.max_attempts, coalesce(mine.used, 0) as attempts_used,
       case when q.max_attempts is not null  -- greatest() alone would turn null, no limit, into 0
            then greatest(q.max_attempts + coalesce(x.extra_attempts, 0)
                          - coalesce(mine.used, 0), 0)
       end as attempts_left,
       mine.open_attempt_id,
       case when q.show_results <> 'never' then mine.best end as best_score_percent,
       case when q.show_results <> 'never' then coalesce(mine.passed, false) end as passed,
       coalesce(shown.lesson_ids, '{}') as lesson_ids
from quizzes q
left join quiz_extensions x on x.quiz_id = q.id and x.user_id = :student_id
left join lateral (
    select count(*)::integer as used, max(a.score_percent) as best, bool_or(a.passed) as passed,
           (array_agg(a.id) filter (where a.status = 'in_progress'))[1] as open_attempt_id
    from attempts a
    where a.quiz_id = q.id and a.student_id = :student_id
) as mine on true
left join lateral (
    select array_agg(l.id order by l.position) as lesson_ids
    from current_lessons l where l.course_id = q.course_id and l.quiz_id = q.id
) as shown on true
where q.course_id = :course_id and q.status = 'published'
order by q.created_at, q.id;
