-- Files that questions show, and to whom: in the text and options while a question is asked,
-- in the explanations once they may be seen.
-- depends: 0041.show-files 0021.create-attempts 0044.count-files

-- A file that a question shows, or showed when an attempt asked it: attached by its uploader or
-- an admin. Without a foreign key to the question, which may be deleted while attempts keep it.
create table question_files (
    question_id uuid not null,
    file_id uuid not null,
    quiz_id uuid not null,
    constraint question_files_pkey primary key (question_id, file_id),
    constraint question_files_file foreign key (file_id) references files,
    constraint question_files_quiz foreign key (quiz_id) references quizzes on delete cascade
);
create index question_files_by_file on question_files (file_id);
create index question_files_by_quiz on question_files (quiz_id);

-- What an attempt's student may see of it, read in one place: `open` while she takes it, later
-- what `show_results` allows: that it is `closed`, the `score` of the whole, or the `answers`.
-- The three columns that this is made of stay for processes of the release before.
create or replace view attempt_details as
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
           -- Who has her last attempt open is not out of them: an earlier one would help her.
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

-- Every file that an attempt shows its student now: one that its questions, as they were frozen,
-- name by its address where she may look.
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

-- Everything that shows a file, but for attempts, which show it to one student alone (asked_files).
-- `is_open`: everyone sees it; `for_students`: those of the course do; its instructor always.
create or replace view shown_files as
select l.file_id, 'lesson' as shown_as, c.id as course_id, c.instructor_id,
       l.is_preview and c.status = 'published' as is_open, true as for_students
from lessons l
join courses c on c.id = l.course_id
where l.file_id is not null and l.removed_at is null
union all
select thumbnail_file_id, 'thumbnail', id, instructor_id, status <> 'draft', true
from courses
where thumbnail_file_id is not null
union all
select certificate_logo_file_id, 'certificate', id, instructor_id, false, false
from courses
where certificate_logo_file_id is not null
union all
select certificate_signature_file_id, 'certificate', id, instructor_id, false, false
from courses
where certificate_signature_file_id is not null
union all
select avatar_file_id, 'avatar', null, null, true, false
from users
where avatar_file_id is not null and is_active
union all
select qf.file_id, 'question', c.id, c.instructor_id, false, false
from question_files qf
join quizzes q on q.id = qf.quiz_id
join courses c on c.id = q.course_id;
