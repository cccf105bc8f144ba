-- Deletes expired tokens and challenges; lately mailed ones stay, since they are counted.
with challenges as (
    delete from mfa_challenges where expires_at < now()
)
delete from mailed_tokens
where expires_at < now() and created_at < now() - interval '15 minutes';
