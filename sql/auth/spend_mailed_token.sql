-- Use a token up; no row if another request was first.
delete from mailed_tokens where id = :id and expires_at > now() returning id;
