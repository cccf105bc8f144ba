-- These places hold a seat from now on, for as long as an invitation lasts.
update invited_places
set status = 'invited', expires_at = now() + interval '90 days'
where id = any(:place_ids::uuid[]);
