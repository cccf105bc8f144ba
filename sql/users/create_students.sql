-- Accounts without a password for people who are invited; none for an address that got one
-- meanwhile.
insert into users (email, email_key, full_name)
select email, email_key, full_name
from unnest(:emails::text[], :email_keys::text[], :full_names::text[])
    as given (email, email_key, full_name)
on conflict on constraint users_email_once do nothing
returning id, email_key;
