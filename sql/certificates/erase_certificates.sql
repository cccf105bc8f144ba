-- Certificates that are not to be kept: revoked, nameless; the keys of their documents.
-- wakes: certificates
with old as (
    select id, storage_key from certificates
    where student_id = :user_id and not :keeps_certificates
    for update
),
revoked as (
    update certificates c
    set status = 'revoked', student_name = 'Erased user', storage_key = null,
        revoked_at = coalesce(c.revoked_at, now()),
        revoked_reason = 'The account was erased.'
    from old where c.id = old.id
)
insert into jobs (queue, kind, args)
select 'certificates', 'delete_erased_documents', jsonb_build_object('keys', jsonb_agg(storage_key))
from old where storage_key is not null
having count(*) > 0;
