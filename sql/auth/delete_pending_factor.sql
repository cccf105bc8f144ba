-- Deletes a second factor that was set up and never enabled: its secret was shown to someone with
-- the old password.
delete from mfa_factors where user_id = :user_id and enabled_at is null;
