-- What ages and had no index by age, so that deleting some of the oldest rows costs the same at any
-- size. Streaks over the limit stay, and must not be walked over each time.
-- depends: 0011.complete-identity 0027.count-progress 0043.create-figures
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

drop index concurrently if exists sign_in_places_by_age;
create index concurrently sign_in_places_by_age on sign_in_places (last_at);
drop index concurrently if exists progress_events_by_age;
create index concurrently progress_events_by_age on progress_events (created_at);
drop index concurrently if exists user_activity_by_age;
create index concurrently user_activity_by_age on user_activity (active_hour);
drop index concurrently if exists login_streaks_ageing;
create index concurrently login_streaks_ageing on login_streaks (last_failure_at)
    where failures < 100;
drop index concurrently if exists login_streaks_by_age;
