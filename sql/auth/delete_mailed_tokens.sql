-- What was mailed to someone and not used counts no more.
delete from mailed_tokens where user_id = :user_id;
