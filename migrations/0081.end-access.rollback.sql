drop view asked_files;
drop view attempt_details;
create view attempt_details as
select d.*,
       case when d.status = 'in_progress' then 'open'
            when d.show_results = 'never' then 'closed'
            when d.show_results = 'answers' then 'answers'
            when d.show_results = 'answers_after_pass' and (d.has_passed or d.out_of_attempts)
                then 'answers'
            else 'score'
       end as sight
from (
    select a.id, a.quiz_id, a.student_id, a.number, a.status, a.started_at, a.expires_at,
           a.finished_at, a.closed_by, a.points, a.max_points, a.score_percent, a.passed,
           a.updated_at, a.enrollment_id, q.course_id, c.instructor_id, q.show_results,
           exists (select from attempts p
                   where p.quiz_id = a.quiz_id and p.student_id = a.student_id and p.passed)
               as has_passed,
           (select count(*) >= q.max_attempts + coalesce(max(x.extra_attempts), 0)
                   and not bool_or(p.status = 'in_progress')
            from attempts p
            left join quiz_extensions x on x.quiz_id = p.quiz_id and x.user_id = p.student_id
            where p.quiz_id = a.quiz_id and p.student_id = a.student_id) is true
               as out_of_attempts,
           clock_timestamp() as server_now
    from attempts a
    join quizzes q on q.id = a.quiz_id
    join courses c on c.id = q.course_id
) as d;
create view asked_files as
select qf.file_id, a.student_id, a.id as attempt_id
from attempt_details a
join attempt_questions q on q.attempt_id = a.id
join question_files qf on qf.question_id = q.question_id
where case a.sight
          when 'open' then strpos(
              q.text || coalesce(jsonb_path_query_array(q.options, '$.**.text')::text, ''),
              '/api/v1/files/' || qf.file_id || '/') > 0
          when 'answers' then strpos(
              concat_ws(' ', q.text, q.explanation, q.options::text, q.key::text),
              '/api/v1/files/' || qf.file_id || '/') > 0
          else false
      end;

-- The nearest word that the release before knows.
update attempts set closed_by = 'deadline' where closed_by = 'access_ended';
alter table attempts
    drop constraint attempts_closed_by_known,
    add constraint attempts_closed_by_known check (closed_by in ('student', 'deadline'));

drop trigger enrollments_close_attempts on enrollments;
drop function promise_to_close_attempts();
drop trigger enrollments_access_end on enrollments;
drop function note_access_end();
drop function access_end_since(enrollments, timestamptz);
drop function has_access(enrollments);
alter table enrollments drop column access_ended_at;
