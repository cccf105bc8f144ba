-- The last hour in which she learned something, since 1970.
select active_hour from user_activity where user_id = :user_id;
