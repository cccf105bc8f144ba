-- Notes that these people read or changed something about learning in this hour.
insert into user_activity as kept (user_id, active_hour)
select u.id, :active_hour from users u where u.id = any(:user_ids::uuid[])
order by u.id
on conflict on constraint user_activity_pkey do update set active_hour = excluded.active_hour
where kept.active_hour < excluded.active_hour;
