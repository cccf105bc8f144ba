-- Sign-ins that were begun.
delete from mfa_challenges where user_id = :user_id;
