-- Staff remove a student who has left already: the enrolment ended, and now has no way back.
-- wakes: webhooks
update enrollments
set dropped_at = now(), dropped_by = :dropped_by, dropped_actor_id = :actor_id,
    removed_reason = :reason
where id = :enrollment_id and status = 'dropped'
  and coalesce(dropped_by, 'student') not in ('staff', 'admin')
returning id;
