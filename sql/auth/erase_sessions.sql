-- Every session ends at once: a trigger tells all processes.
delete from sessions where user_id = :user_id;
