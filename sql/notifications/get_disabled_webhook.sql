-- A webhook that was given up; no row where it is open again, or gone.
select url, disabled_reason as reason
from webhooks
where id = :webhook_id and disabled_reason is not null;
