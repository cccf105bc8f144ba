-- Tokens and challenges that are over; what was mailed lately is still counted.
with challenges as (
    delete from mfa_challenges where expires_at < now()
)
delete from mailed_tokens
where expires_at < now() and created_at < now() - interval '15 minutes';
