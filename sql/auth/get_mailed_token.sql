-- A token that a mail is about to carry; no row if it was used or has expired.
select id, kind, address, nonce, token_hash
from mailed_tokens
where id = :id and expires_at > now();
