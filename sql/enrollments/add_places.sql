-- Places for people by their addresses, in the order given; they wait in line until there is a seat
-- for each. An address that has a place in the course keeps that one, unless it lapsed.
insert into invited_places (course_id, email, email_key, full_name, invited_by)
select :course_id, given.email, given.email_key, given.full_name, :invited_by
from unnest(:emails::text[], :email_keys::text[], :full_names::text[])
    with ordinality as given (email, email_key, full_name, number)
order by given.number
on conflict on constraint invited_places_once do update
set id = uuid_v7(), email = excluded.email, full_name = excluded.full_name, status = 'waiting',
    turn = default, invited_by = excluded.invited_by, created_at = now(),
    expires_at = excluded.expires_at
where invited_places.expires_at <= now();
