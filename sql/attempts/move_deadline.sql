-- Sets the deadline of a student's open attempt as if it had begun with this extension. An attempt
-- whose time and grace are over counts as closed and stays as it is.
update attempts
set expires_at = least(
    started_at + make_interval(mins => time_limit_minutes + :extra_minutes::integer),
    available_until)
where quiz_id = :quiz_id and student_id = :user_id and status = 'in_progress'
  and clock_timestamp() < expires_at + make_interval(secs => :grace_seconds);
