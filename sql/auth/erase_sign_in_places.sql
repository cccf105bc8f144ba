-- Networks and browsers that were known as hers.
delete from sign_in_places where user_id = :user_id;
