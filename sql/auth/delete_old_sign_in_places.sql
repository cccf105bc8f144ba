-- A browser and network unseen for a year are strange again.
delete from sign_in_places where last_at < now() - interval '1 year';
