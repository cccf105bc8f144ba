-- Links in mails that still work.
delete from mailed_tokens where user_id = :user_id;
