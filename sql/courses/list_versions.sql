-- The versions of the catalogue's shards, in their order.
select array_agg(version order by shard) from catalogue_versions;
