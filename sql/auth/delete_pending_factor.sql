-- A second factor that was set up and never enabled: its secret was shown for an old password.
delete from mfa_factors where user_id = :user_id and enabled_at is null;
