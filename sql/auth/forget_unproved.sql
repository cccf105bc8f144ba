-- The address of an account is proved for the first time, and not by whoever knows its password:
-- the second factor and the places of sign-ins may be a stranger's.
with factors as (
    delete from mfa_factors where user_id = :user_id and not counts_as_proved
    returning user_id
), codes as (
    delete from recovery_codes where user_id in (select user_id from factors)
)
delete from sign_in_places where user_id = :user_id;
