-- Certificates can be issued again with what was wrong put right, and be shown to the public by
-- their student; a student may have an end of a quiz's window of their own.
-- depends: 0006.create-certificates 0021.create-attempts

-- The certificates of one enrolment are its editions: 1 is the first, the greatest stands.
alter table certificates
    add column edition integer not null default 1,
    add column is_public boolean not null default false;

-- What a constraint allows is only widened; 0087 validates it.
-- squawk-ignore ban-drop-constraint
alter table certificates drop constraint certificates_status_known;
alter table certificates add constraint certificates_status_known
    check (status in ('pending', 'issued', 'revoked', 'replaced')) not valid;

alter table quiz_extensions add column available_until timestamptz;

-- When a quiz's window ends for a student: at the end of their own if they have one.
create function own_end(quiz_end timestamptz, extra_minutes integer, given timestamptz)
returns timestamptz language sql stable parallel safe as $$
    select coalesce(given, quiz_end + make_interval(mins => coalesce(extra_minutes, 0)))
$$;

-- When an attempt ends: at its limit or with the window, whichever comes first, never before its
-- start, and never if it has neither. `greatest` alone would take the start for the end then.
create function last_moment(started_at timestamptz, limited timestamptz, own_end timestamptz)
returns timestamptz language sql immutable parallel safe as $$
    select case
        when num_nonnulls(limited, own_end) > 0
            then greatest(started_at, least(limited, own_end))
    end
$$;

-- An open attempt follows its quiz's window, and keeps the limit it began with. One whose time is
-- over is not opened again.
create function move_windows() returns trigger language plpgsql as $$
begin
    with ends as (
        select a.id, own_end(new.available_until, x.extra_minutes, x.available_until) as own,
               a.started_at + make_interval(
                   mins => a.time_limit_minutes + coalesce(x.extra_minutes, 0)) as limited
        from attempts a
        left join quiz_extensions x on x.quiz_id = a.quiz_id and x.user_id = a.student_id
        where a.quiz_id = new.id and a.status = 'in_progress'
    )
    update attempts a
    set available_until = ends.own,
        expires_at = last_moment(a.started_at, ends.limited, ends.own)
    from ends
    where a.id = ends.id and a.status = 'in_progress'
      and (a.expires_at is null or clock_timestamp() < a.expires_at);
    return null;
end $$;
create trigger quizzes_move_windows after update of available_until on quizzes
    for each row when (old.available_until is distinct from new.available_until)
    execute function move_windows();
