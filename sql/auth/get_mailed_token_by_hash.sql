-- The live token of one of these kinds, whom it concerns, and what they can prove themselves with.
select m.id, m.kind, m.user_id, m.registration_id, m.address, m.session_id,
       coalesce(u.email, r.email) as email, coalesce(u.full_name, r.full_name) as full_name,
       coalesce(u.password_hash, r.password_hash) as password_hash,
       u.email_verified_at is not null as email_verified
from mailed_tokens m
left join users u on u.id = m.user_id
left join pending_registrations r on r.id = m.registration_id
where m.token_hash = :token_hash and m.kind = any(:kinds) and m.expires_at > now()
  and coalesce(u.is_active, true);
