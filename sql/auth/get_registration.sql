-- A registration that waits; `late` counts those of its address in the last quarter of an hour.
select r.id, r.email, r.email_key, r.full_name, r.password_hash,
       (
           select count(*) from pending_registrations other
           where other.email_key = r.email_key
             and other.created_at > now() - interval '15 minutes'
       ) as late
from pending_registrations r
where r.id = :registration_id;
