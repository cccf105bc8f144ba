-- How many webhooks an owner has, or there are.
select count(*) from webhooks where :owner_id::uuid is null or owner_id = :owner_id;
