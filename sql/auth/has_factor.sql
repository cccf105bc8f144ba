-- Whether someone has to give a code as well. Asked once she is held: a statement that waited for
-- her would still see the factors as they were when it began to wait.
select exists (select from mfa_factors where user_id = :user_id and enabled_at is not null);
