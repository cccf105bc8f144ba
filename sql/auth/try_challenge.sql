-- Takes one of the five guesses; no row if there is none left.
update mfa_challenges set tries = tries + 1
where token_hash = :token_hash and expires_at > now() and tries < 5
returning tries;
