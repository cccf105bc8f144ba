-- Certificates of an erased person. Those that were replaced serve nobody; of the others it is a
-- setting whether they are kept, for whoever verifies them. What is not kept is nameless and not
-- valid, and its document is deleted.
-- wakes: certificates
with mine as (
    select id, status, storage_key from certificates
    where student_id = :user_id
    order by id
    for update
),
old as (
    select id, storage_key from mine where status = 'replaced' or not :keeps_certificates
),
erased as (
    update certificates c
    set status = case when c.status = 'replaced' then c.status else 'revoked' end,
        student_name = 'Erased user', storage_key = null, is_public = false,
        revoked_at = case when c.status = 'replaced' then c.revoked_at
                          else coalesce(c.revoked_at, now()) end,
        revoked_reason = case when c.status = 'replaced' then null
                              else 'The account was erased.' end
    from old where c.id = old.id
),
hidden as (
    update certificates c set is_public = false
    from mine where c.id = mine.id and c.is_public and mine.id not in (select id from old)
)
insert into jobs (queue, kind, args)
select 'certificates', 'delete_erased_documents', jsonb_build_object('keys', jsonb_agg(storage_key))
from old where storage_key is not null
having count(*) > 0;
