-- The live token of one of these kinds, and the person whom it concerns.
select m.id, m.kind, m.user_id, m.registration_id, m.address,
       coalesce(u.email, r.email) as email, coalesce(u.full_name, r.full_name) as full_name
from mailed_tokens m
left join users u on u.id = m.user_id
left join pending_registrations r on r.id = m.registration_id
where m.token_hash = :token_hash and m.kind = any(:kinds) and m.expires_at > now()
  and coalesce(u.is_active, true);
