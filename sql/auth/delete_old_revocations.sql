-- Deletes revocations that every process has read long ago.
delete from revocations where at < now() - interval '1 hour';
