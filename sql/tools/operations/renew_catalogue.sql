-- After a restore the catalogue's versions have gone back, and Redis may hold replies of later
-- ones, which must never be used again. Microseconds since 1970 are beyond any count of changes.
update catalogue_versions
set version = (extract(epoch from clock_timestamp()) * 1000000)::bigint;
