-- After a success: the network's count ends, and the streak, unless it went too far. The streak
-- comes last, as where a failure is counted, or the two would wait for each other.
with forgotten as (
    delete from login_throttles where account_key = :account_key and network = :network
    returning 1
)
delete from login_streaks
where account_key = :account_key and failures < 100 and (select count(*) from forgotten) >= 0;
