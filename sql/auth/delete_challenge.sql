-- An answered challenge.
delete from mfa_challenges where token_hash = :token_hash;
