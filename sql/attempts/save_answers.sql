-- Saves answers to an open attempt, each unless a later one (by seq) is stored already. Returns the
-- stored answers; no rows once the attempt is closed or its time and grace are over.
with attempt as (
    select id, expires_at
    from attempts
    where id = :attempt_id and student_id = :student_id and status = 'in_progress'
      and (expires_at is null
           or clock_timestamp() < expires_at + make_interval(secs => :grace_seconds))
    for no key update  -- closing waits for this, or this finds the attempt closed
),
saved as (
    insert into attempt_answers as kept (attempt_id, question_id, answer, seq)
    select attempt.id, sent.question_id, sent.answer, sent.seq
    from attempt,
         jsonb_to_recordset(:answers::jsonb)
             as sent (question_id uuid, answer jsonb, seq bigint)
    -- In one order, so that two calls never wait for each other.
    order by sent.question_id
    on conflict on constraint attempt_answers_pkey do update
    -- For an older one the stored values are written again, so that every given answer is returned.
    set answer = case when excluded.seq > kept.seq then excluded.answer else kept.answer end,
        saved_at = case when excluded.seq > kept.seq then excluded.saved_at
                        else kept.saved_at end,
        seq = greatest(excluded.seq, kept.seq)
    returning question_id, answer, seq
)
select saved.question_id, saved.answer, saved.seq, attempt.expires_at,
       clock_timestamp() as server_now
from saved, attempt;
