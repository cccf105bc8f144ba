drop table revocations, sessions, users;
drop function note_revoked_session();
drop function note_changed_user();
