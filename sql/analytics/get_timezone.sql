-- The time zone that a person has set, as it is now.
select timezone from users where id = :user_id;
