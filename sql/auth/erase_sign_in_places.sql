-- Networks and browsers that were known as the person's.
delete from sign_in_places where user_id = :user_id;
