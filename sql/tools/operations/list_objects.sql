-- The object of every file that is ready, with its SHA-256 in hex.
select 'files/' || id as key, encode(sha256, 'hex') as sha256
from files
where status = 'ready' and sha256 is not null
order by id;
