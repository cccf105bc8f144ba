-- Who proved an old password must prove the new one.
delete from mfa_challenges where user_id = :user_id;
