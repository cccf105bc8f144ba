-- A token that a mail is about to carry; no row if it was used or is over.
select id, kind, address, nonce, token_hash
from mailed_tokens
where id = :id and expires_at > now();
