-- Whether the person has a second factor, and since when.
select enabled_at from mfa_factors where user_id = :user_id;
