-- How many deliveries the list would show in all.
select count(*)
from webhook_deliveries
where webhook_id = :webhook_id and (:status::text is null or status = :status);
