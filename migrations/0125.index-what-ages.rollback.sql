-- transactional: false
drop index concurrently if exists login_streaks_by_age;
create index concurrently login_streaks_by_age on login_streaks (last_failure_at);
drop index concurrently if exists login_streaks_ageing;
drop index concurrently if exists user_activity_by_age;
drop index concurrently if exists progress_events_by_age;
drop index concurrently if exists sign_in_places_by_age;
