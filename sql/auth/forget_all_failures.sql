-- After a reset by mail: the account's counts end in every network; in this order, see
-- forget_failures.sql.
with forgotten as (
    delete from login_throttles where account_key = :account_key returning 1
)
delete from login_streaks
where account_key = :account_key and (select count(*) from forgotten) >= 0;
