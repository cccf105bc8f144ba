-- Deletes a user's challenges: they were opened with the old password.
delete from mfa_challenges where user_id = :user_id;
