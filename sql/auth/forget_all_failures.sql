-- After a reset by mail: the account's counts end in every network.
with forgotten as (
    delete from login_throttles where account_key = :account_key
)
delete from login_streaks where account_key = :account_key;
