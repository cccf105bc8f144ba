-- The places that these courses hold for an address.
select id from invited_places
where email_key = :email_key and course_id = any(:course_ids::uuid[]) and status = 'invited'
  and expires_at > now();
