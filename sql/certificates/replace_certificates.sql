-- A certificate was issued, so those before it are replaced. Their documents are withdrawn until
-- they say so, but those that bear the mark of a revocation; an erased person's go, and the name.
-- wakes: certificates
with old as (
    select k.id, k.storage_key, u.erased_at is not null as is_erased
    from certificates latest
    join certificates k on k.enrollment_id = latest.enrollment_id and k.edition < latest.edition
    join users u on u.id = k.student_id
    where latest.id = :certificate_id and k.status in ('issued', 'revoked')
),
deleted as (
    insert into jobs (queue, kind, args)
    select 'certificates', 'delete_erased_documents',
           jsonb_build_object('keys', jsonb_agg(storage_key))
    from old where is_erased and storage_key is not null
    having count(*) > 0
)
update certificates k
set status = 'replaced', is_public = false,
    student_name = case when old.is_erased then 'Erased user' else k.student_name end,
    storage_key = case when not old.is_erased and k.status = 'revoked' then k.storage_key end
from old
where k.id = old.id
returning k.id, k.student_id, k.storage_key is null and not old.is_erased as wants_drawing;
