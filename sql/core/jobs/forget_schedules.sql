-- Forgets periodic tasks that this release does not know and that no scheduler of another release fires.
delete from schedules
where name <> all(:names::text[]) and next_due_at < now() - make_interval(secs => :silent_seconds);
