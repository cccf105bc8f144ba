-- Two more types of questions: texts with gaps (cloze), and texts between questions (description).
-- depends: 0133.check-identities

-- What a constraint allows is only widened; 0135 validates it.
-- squawk-ignore ban-drop-constraint
alter table questions drop constraint questions_type_known;
alter table questions
    add constraint questions_type_known check (type in (
        'single_choice', 'multiple_choice', 'true_false', 'short_answer', 'numeric', 'matching',
        'ordering', 'essay', 'cloze', 'description')) not valid,
    add constraint questions_descriptions_give_nothing
        check (type <> 'description' or points = 0) not valid;

alter table attempt_questions
    -- By the ids that gaps have in the attempt: {gap: {points_awarded, correct}}; null without gaps.
    add column gap_marks jsonb,
    -- The author's id of the gap that each of `responses` fills; null without gaps.
    add column response_gaps text[];

-- A description counts as no question.
create or replace view quiz_details as
select q.id, q.course_id, q.title, q.description, q.time_limit_minutes, q.passing_score,
       q.max_attempts, q.shuffle_questions, q.shuffle_options, q.is_required, q.status,
       q.show_results, q.available_from, q.available_until, work.question_count,
       work.total_points, q.created_at, q.updated_at, c.instructor_id, c.status as course_status
from quizzes q
join courses c on c.id = q.course_id
cross join lateral (
    select (count(*) filter (where type <> 'description'))::integer as question_count,
           coalesce(sum(points), 0) as total_points
    from questions where quiz_id = q.id
) as work;
