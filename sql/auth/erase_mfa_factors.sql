-- The second factor.
delete from mfa_factors where user_id = :user_id;
