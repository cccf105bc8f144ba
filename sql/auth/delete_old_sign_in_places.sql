-- Deletes browsers and networks unseen for a year; a sign-in from them is new again.
delete from sign_in_places where last_at < now() - interval '1 year';
