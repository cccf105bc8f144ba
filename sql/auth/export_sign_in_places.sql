-- Networks and browsers that are known as the person's.
select network::text as network, browser, first_at, last_at
from sign_in_places where user_id = :user_id order by first_at;
