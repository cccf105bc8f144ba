-- When access to a course ends, what the student has open in it ends with it.
-- depends: 0045.show-question-files 0057.plan-once 0065.filter-courses

-- When access last ended, whether or not it came back since: attempts that were open then are over.
alter table enrollments add column access_ended_at timestamptz;

-- Whether an enrolment opens its course now. Every statement that opens something to the students
-- of a course asks here.
create function has_access(e enrollments) returns boolean
language sql stable parallel safe as $$ select e.status <> 'dropped' $$;

-- Whether access ended while something that began then was open; the moment, or null.
create function access_end_since(e enrollments, began timestamptz) returns timestamptz
language sql stable parallel safe as $$
    select case when e.access_ended_at > began and e.access_ended_at <= clock_timestamp()
                then e.access_ended_at end
$$;

create function note_access_end() returns trigger language plpgsql as $$
begin
    new.access_ended_at := clock_timestamp();
    return new;
end $$;
create trigger enrollments_access_end before update of status on enrollments
    for each row when (old.status <> 'dropped' and new.status = 'dropped')
    execute function note_access_end();

-- Whoever ends access promises that the attempts are closed, in the same transaction. Starting one
-- holds the enrolment, so none can begin meanwhile.
create function promise_to_close_attempts() returns trigger language plpgsql as $$
begin
    insert into jobs (queue, kind, args)
    select 'progress', 'close_ended_attempts', jsonb_build_object('enrollment_id', new.id)
    where exists (select from attempts
                  where enrollment_id = new.id and status = 'in_progress');
    return null;
end $$;
create trigger enrollments_close_attempts after update of status on enrollments
    for each row when (old.status <> 'dropped' and new.status = 'dropped')
    execute function promise_to_close_attempts();

-- It takes more than the one before, so no row has to be read now; 0082 reads them.
alter table attempts
    -- squawk-ignore ban-drop-constraint
    drop constraint attempts_closed_by_known,
    add constraint attempts_closed_by_known
        check (closed_by in ('student', 'deadline', 'access_ended')) not valid;

-- What an attempt's student may see of it, read in one place, and what ends it. The three columns
-- has_passed, out_of_attempts and show_results stay for processes of earlier releases.
create or replace view attempt_details as
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
create or replace view asked_files as
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
