-- Quizzes and their questions.
-- depends: 0005.create-enrollments

create table quizzes (
    id uuid not null default uuid_v7(),
    course_id uuid not null,
    title text not null,
    description text not null default '',
    time_limit_minutes integer,
    passing_score numeric(5, 2) not null default 70,
    max_attempts integer,
    shuffle_questions boolean not null default false,
    shuffle_options boolean not null default false,
    is_required boolean not null default false,
    status text not null default 'draft',
    show_results text not null default 'score',
    available_from timestamptz,
    available_until timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint quizzes_pkey primary key (id),
    -- What a lesson's quiz is held to: of the same course.
    constraint quizzes_of_course unique (course_id, id),
    constraint quizzes_course foreign key (course_id) references courses on delete cascade,
    constraint quizzes_title_length check (char_length(title) between 1 and 255),
    constraint quizzes_time_limit_positive check (time_limit_minutes > 0),
    constraint quizzes_passing_score_percent check (passing_score between 0 and 100),
    constraint quizzes_max_attempts_positive check (max_attempts > 0),
    constraint quizzes_status_known check (status in ('draft', 'published')),
    constraint quizzes_show_results_known
        check (show_results in ('never', 'score', 'answers', 'answers_after_pass')),
    constraint quizzes_window check (available_from < available_until)
);
create trigger quizzes_touch before update on quizzes
    for each row execute function touch_updated_at();
create index quizzes_listed on quizzes (created_at, id);

create table questions (
    id uuid not null default uuid_v7(),
    quiz_id uuid not null,
    type text not null,
    text text not null,
    points numeric(8, 4) not null default 1,
    position integer not null,  -- 1..n, dense
    explanation text,
    options jsonb,  -- by type; lms/quizzes/questions.py says what is valid
    answer jsonb,   -- the key; null while unfinished, and for essays
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint questions_pkey primary key (id),
    constraint questions_quiz foreign key (quiz_id) references quizzes on delete cascade,
    -- Checked at the end of a statement, so that one statement can move every question.
    constraint questions_position_once unique (quiz_id, position) deferrable initially immediate,
    constraint questions_position_positive check (position > 0),
    constraint questions_points_not_negative check (points >= 0),
    constraint questions_type_known check (type in (
        'single_choice', 'multiple_choice', 'true_false', 'short_answer', 'numeric', 'matching',
        'ordering', 'essay'))
);
create trigger questions_touch before update on questions
    for each row execute function touch_updated_at();

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

-- A removed lesson lets go of its quiz, or nobody could delete the quiz any more.
create function release_removed_lessons() returns trigger language plpgsql as $$
begin
    update lessons set quiz_id = null where quiz_id = old.id and removed_at is not null;
    return old;
end $$;
create trigger quizzes_release before delete on quizzes
    for each row execute function release_removed_lessons();

-- Without checking old rows under the lock: no lesson had a way to get a quiz until now.
alter table lessons add constraint lessons_quiz_of_course
    foreign key (course_id, quiz_id) references quizzes (course_id, id) not valid;
