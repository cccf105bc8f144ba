-- Enables a second factor: from now on a sign-in needs a code.
update mfa_factors set enabled_at = now() where user_id = :user_id;
