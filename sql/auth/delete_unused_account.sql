-- A student's account that somebody was invited to and never used gives way to a person who has
-- proved the address. What an older release already gave it keeps it.
delete from users u
where u.email_key = :email_key and u.is_active and u.role = 'student'
  and u.password_hash is null and u.email_verified_at is null
  and not exists (select from enrollments e where e.student_id = u.id)
  and not exists (select from orders o where o.student_id = u.id);
