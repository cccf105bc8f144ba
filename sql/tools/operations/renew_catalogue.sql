-- After a restore the catalogue's versions have gone back; what Redis remembers of the lost ones
-- must never be met again. Microseconds of the epoch are beyond any count of changes.
update catalogue_versions
set version = (extract(epoch from clock_timestamp()) * 1000000)::bigint;
