-- After a success: the network's count ends, and the streak, unless it went too far.
with forgotten as (
    delete from login_throttles where account_key = :account_key and network = :network
)
delete from login_streaks where account_key = :account_key and failures < 100;
