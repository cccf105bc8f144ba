-- Whether the person of an account has shown that its address is theirs: it is proved, and by the
-- account itself. Places that were given to the address wait for that.
-- depends: 0097.doubt-addresses

create function owns_address(person users) returns boolean
language sql immutable parallel safe
return person.email_verified_at is not null and not person.is_email_doubted;
