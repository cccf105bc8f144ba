-- The versions of the catalogue's shards in their order, eight bytes each, as one value to compare.
select string_agg(int8send(version), '' order by shard)
from catalogue_versions
where shard between 0 and 63;  -- all; by the index, for a bulk change leaves many empty pages
