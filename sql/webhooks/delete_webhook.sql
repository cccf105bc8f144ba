-- Deletes a webhook with its deliveries.
delete from webhooks where id = :webhook_id;
