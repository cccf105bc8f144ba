-- After a success, ends the network's count, and the streak unless it is over the limit. The streak
-- comes last, as where a failure is counted; otherwise the two could deadlock.
with forgotten as (
    delete from login_throttles where account_key = :account_key and network = :network
    returning 1
)
delete from login_streaks
where account_key = :account_key and failures < 100 and (select count(*) from forgotten) >= 0;
