-- A page of an owner's webhooks, or of all, the latest first.
select id, url, types, is_active, disabled_reason, created_at, owner_id, updated_at
from webhooks
where (:owner_id::uuid is null or owner_id = :owner_id)
    and (created_at, id) < (:before_time, :before_id)
order by created_at desc, id desc
limit :limit;
