-- What the release before cannot ask goes, with the marks that it cannot show.
create or replace view quiz_details as
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
-- They become essays, which the release before can show and nobody has to mark again.
update attempt_questions set type = 'essay', options = null, key = null
where type in ('cloze', 'description');
alter table attempt_questions drop column gap_marks, drop column response_gaps;
alter table questions
    drop constraint questions_type_known, drop constraint questions_descriptions_give_nothing;
update questions set type = 'essay', options = null, answer = null
where type in ('cloze', 'description');
alter table questions add constraint questions_type_known check (type in (
    'single_choice', 'multiple_choice', 'true_false', 'short_answer', 'numeric', 'matching',
    'ordering', 'essay'));
