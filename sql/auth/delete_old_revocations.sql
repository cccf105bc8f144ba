-- Every process has read these long ago.
delete from revocations where at < now() - interval '1 hour';
