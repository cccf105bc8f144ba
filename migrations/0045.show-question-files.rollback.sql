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
where avatar_file_id is not null and is_active;

drop view asked_files;
drop view attempt_details;
create view attempt_details as
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
join courses c on c.id = q.course_id;

drop table question_files;
