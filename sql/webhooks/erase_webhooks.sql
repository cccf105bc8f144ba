-- The person's webhooks, and with them their deliveries.
delete from webhooks where owner_id = :user_id;
