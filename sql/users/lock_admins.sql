-- Locks every admin, so that two who demote each other take turns; returns which can sign in. One
-- who was invited and never did has no password, and no trace of a sign-in.
select id,
       is_active and (
           password_hash is not null
           or exists (select from sessions s where s.user_id = users.id)
           or exists (select from sign_in_places p where p.user_id = users.id)
       ) as can_sign_in
from users
where role = 'admin'
order by id
for no key update of users;
