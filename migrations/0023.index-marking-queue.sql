-- The marking queue: the few attempts of a quiz that wait, among all that ever were.
-- depends: 0021.create-attempts
-- transactional: false
create index concurrently if not exists attempts_waiting
    on attempts (quiz_id, started_at desc, id desc) where status = 'needs_marking';
