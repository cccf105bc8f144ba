-- Who is behind the addresses of these places, held so that nobody proves an address meanwhile:
-- whoever is about to waits for us, and then finds the place.
select p.id as place_id, p.email_key, u.id as user_id,
       owns_address(u) and u.is_active and u.role <> 'instructor' as may_enter,
       not owns_address(u) and u.is_active and u.role <> 'instructor' as needs_proof
from invited_places p
join users u on u.email_key = p.email_key
where p.id = any(:place_ids::uuid[])
order by u.id
for share of u;
