-- Deletes a user's second factor.
with codes as (
    delete from recovery_codes where user_id = :user_id
)
delete from mfa_factors where user_id = :user_id;
