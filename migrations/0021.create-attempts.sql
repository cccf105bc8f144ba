-- Attempts at quizzes: frozen questions, saved answers, marks.
-- depends: 0019.create-quizzes

create table attempts (
    id uuid not null default uuid_v7(),
    quiz_id uuid not null,
    student_id uuid not null,
    enrollment_id uuid not null,
    number integer not null,
    status text not null default 'in_progress',
    -- Of the quiz as it was at the start.
    passing_score numeric(5, 2) not null,
    time_limit_minutes integer,
    available_until timestamptz,
    started_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    finished_at timestamptz,
    closed_by text,
    points numeric(12, 4),  -- of the whole; null while open or waiting for marks
    max_points numeric(12, 4) not null,
    score_percent numeric(5, 2),
    passed boolean,
    updated_at timestamptz not null default now(),
    constraint attempts_pkey primary key (id),
    constraint attempts_quiz foreign key (quiz_id) references quizzes,
    constraint attempts_student foreign key (student_id) references users,
    constraint attempts_enrollment foreign key (enrollment_id) references enrollments,
    constraint attempts_number_once unique (quiz_id, student_id, number),
    constraint attempts_number_positive check (number > 0),
    constraint attempts_status_known check (status in ('in_progress', 'needs_marking', 'graded')),
    constraint attempts_closed_by_known check (closed_by in ('student', 'deadline')),
    constraint attempts_closed_whole check (
        (status = 'in_progress') = (finished_at is null)
        and (finished_at is null) = (closed_by is null)),
    constraint attempts_graded_have_score check (
        (status = 'graded') = (points is not null)
        and (points is null) = (score_percent is null)
        and (points is null) = (passed is null)),
    constraint attempts_passed_by_score check (passed = (score_percent >= passing_score))
) with (fillfactor = 80);
create trigger attempts_touch before update on attempts
    for each row execute function touch_updated_at();
create unique index attempts_one_open on attempts (quiz_id, student_id)
    where status = 'in_progress';
create index attempts_overdue on attempts (expires_at) where status = 'in_progress';
create index attempts_by_quiz on attempts (quiz_id, started_at desc, id desc);
create index attempts_by_student on attempts (student_id);
create index attempts_by_enrollment on attempts (enrollment_id);

-- A question as this attempt asks it. Options and key are under ids of this attempt alone.
create table attempt_questions (
    attempt_id uuid not null,
    question_id uuid not null,  -- which may be deleted from the quiz meanwhile
    position integer not null,
    type text not null,
    text text not null,
    points numeric(8, 4) not null,
    explanation text,
    options jsonb,
    key jsonb,
    asked_at timestamptz not null,  -- the question's updated_at: what regrading compares
    points_awarded numeric(8, 4),   -- null while open, and for an essay nobody has marked
    marked_by text,
    feedback text,
    responses text[],  -- what was answered, in words for the statistics; null while open
    constraint attempt_questions_pkey primary key (attempt_id, question_id),
    constraint attempt_questions_attempt
        foreign key (attempt_id) references attempts on delete cascade,
    constraint attempt_questions_position_once unique (attempt_id, position),
    constraint attempt_questions_marked_by_known check (marked_by in ('machine', 'person')),
    constraint attempt_questions_marked_whole
        check ((points_awarded is null) = (marked_by is null)),
    constraint attempt_questions_within_points check (points_awarded between 0 and points)
);
create index attempt_questions_by_question on attempt_questions (question_id);

-- Apart from the questions, so that saving an answer rewrites nothing else.
create table attempt_answers (
    attempt_id uuid not null,
    question_id uuid not null,
    answer jsonb,  -- null: taken back
    seq bigint not null,
    saved_at timestamptz not null default clock_timestamp(),
    constraint attempt_answers_pkey primary key (attempt_id, question_id),
    constraint attempt_answers_question
        foreign key (attempt_id, question_id) references attempt_questions on delete cascade,
    constraint attempt_answers_seq_exact check (seq between 0 and 9007199254740991)
) with (fillfactor = 80);

create table quiz_extensions (
    quiz_id uuid not null,
    user_id uuid not null,
    extra_minutes integer not null default 0,
    extra_attempts integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint quiz_extensions_pkey primary key (quiz_id, user_id),
    constraint quiz_extensions_quiz foreign key (quiz_id) references quizzes on delete cascade,
    constraint quiz_extensions_user foreign key (user_id) references users on delete cascade,
    constraint quiz_extensions_not_negative check (extra_minutes >= 0 and extra_attempts >= 0)
);
create trigger quiz_extensions_touch before update on quiz_extensions
    for each row execute function touch_updated_at();
create index quiz_extensions_by_user on quiz_extensions (user_id);

-- An attempt with all that decides who sees what of it. Someone whose last attempt is still
-- open is not out of attempts yet: the answers of an earlier one would help her.
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
