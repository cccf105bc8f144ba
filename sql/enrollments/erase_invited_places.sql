-- Places that wait for the person go. Where somebody only said that the address was theirs, the
-- place stays for its owner, until it lapses.
delete from invited_places p
using users u
where u.id = :user_id and p.email_key = u.email_key
  and (u.email_verified_at is not null or u.password_hash is null);
