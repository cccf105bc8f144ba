drop view asked_files;
drop view attempt_details;
drop view quiz_details;

update questions set points = round(points, 4) where points <> round(points, 4);
update attempt_questions
set points = round(points, 4), points_awarded = least(round(points_awarded, 4), round(points, 4))
where points <> round(points, 4) or points_awarded <> round(points_awarded, 4);
update attempts set points = round(points, 4), max_points = round(max_points, 4)
where points <> round(points, 4) or max_points <> round(max_points, 4);
alter table questions alter column points type numeric(8, 4);
alter table attempt_questions
    alter column points type numeric(8, 4),
    alter column points_awarded type numeric(8, 4);
alter table attempts
    alter column points type numeric(12, 4),
    alter column max_points type numeric(12, 4);

create view quiz_details as
select q.id, q.course_id, q.title, q.description, q.time_limit_minutes, q.passing_score,
       q.max_attempts, q.shuffle_questions, q.shuffle_options, q.is_required, q.status,
       q.show_results, q.available_from, q.available_until, work.question_count,
       work.total_points, q.created_at, q.updated_at, c.instructor_id, c.status as course_status
from quizzes q
join courses c on c.id = q.course_id
cross join lateral (
    select count(*)::integer as question_count, coalesce(sum(points), 0) as total_points
    from questions where quiz_id = q.id
) as work;

-- As 0081 has both.
-- What an attempt's student may see of it, read in one place, and what ends it. The three columns
-- has_passed, out_of_attempts and show_results stay for processes of earlier releases.
create view attempt_details as
select d.id, d.quiz_id, d.student_id, d.number, d.status, d.started_at, d.expires_at,
       d.finished_at, d.closed_by, d.points, d.max_points, d.score_percent, d.passed,
       d.updated_at, d.enrollment_id, d.course_id, d.instructor_id, d.show_results, d.has_passed,
       d.out_of_attempts, d.server_now,
       case when d.status = 'in_progress' then 'open'
            when d.show_results = 'never' then 'closed'
            when d.show_results = 'answers' then 'answers'
            when d.show_results = 'answers_after_pass' and (d.has_passed or d.out_of_attempts)
                then 'answers'
            else 'score'
       end as sight,
       d.has_access,
       d.access_ended_at
from (
    select a.id, a.quiz_id, a.student_id, a.number, a.status, a.started_at, a.expires_at,
           a.finished_at, a.closed_by, a.points, a.max_points, a.score_percent, a.passed,
           a.updated_at, a.enrollment_id, q.course_id, c.instructor_id, q.show_results,
           exists (select from attempts p
                   where p.quiz_id = a.quiz_id and p.student_id = a.student_id and p.passed)
               as has_passed,
           -- A student whose last attempt is open is not out of them: an earlier one would help.
           (select count(*) >= q.max_attempts + coalesce(max(x.extra_attempts), 0)
                   and not bool_or(p.status = 'in_progress')
            from attempts p
            left join quiz_extensions x on x.quiz_id = p.quiz_id and x.user_id = p.student_id
            where p.quiz_id = a.quiz_id and p.student_id = a.student_id) is true
               as out_of_attempts,
           clock_timestamp() as server_now,
           has_access(e) as has_access,
           access_end_since(e, a.started_at) as access_ended_at
    from attempts a
    join enrollments e on e.id = a.enrollment_id
    join quizzes q on q.id = a.quiz_id
    join courses c on c.id = q.course_id
) as d;

-- Every file that an attempt shows its student now: one that its questions, as they were frozen,
-- name by its address where the student may look.
create view asked_files as
select qf.file_id, a.student_id, a.id as attempt_id
from attempt_details a
join attempt_questions q on q.attempt_id = a.id
join question_files qf on qf.question_id = q.question_id
where a.has_access
  and case a.sight
          when 'open' then strpos(
              q.text || coalesce(jsonb_path_query_array(q.options, '$.**.text')::text, ''),
              '/api/v1/files/' || qf.file_id || '/') > 0
          when 'answers' then strpos(
              concat_ws(' ', q.text, q.explanation, q.options::text, q.key::text),
              '/api/v1/files/' || qf.file_id || '/') > 0
          else false
      end;
