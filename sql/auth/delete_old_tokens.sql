-- Tokens and challenges that are over.
with challenges as (
    delete from mfa_challenges where expires_at < now()
)
delete from mailed_tokens where expires_at < now();
