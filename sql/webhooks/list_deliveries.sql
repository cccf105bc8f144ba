-- A page of a webhook's deliveries, the latest first.
select id, webhook_id, event_id, event_type, status, attempts, next_attempt_at, created_at
from webhook_deliveries
where webhook_id = :webhook_id
    and (:status::text is null or status = :status)
    and (created_at, id) < (:before_time, :before_id)
order by created_at desc, id desc
limit :limit;
