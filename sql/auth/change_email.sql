-- Replaces a user's address by a new, proved one. If the mailbox may be another person's, a factor
-- from before counts as set up by a stranger to it.
with factor as (
    update mfa_factors set counts_as_proved = false where user_id = :user_id and :is_doubted
)
update users
set email = :email, email_key = :email_key, email_verified_at = now(),
    is_email_doubted = :is_doubted
where id = :user_id;
