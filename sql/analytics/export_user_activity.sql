-- The last hour in which the person learned something, in hours since 1970.
select active_hour from user_activity where user_id = :user_id;
