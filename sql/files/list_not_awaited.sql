-- Those of these ids for which no upload is expected any more.
select given.id
from unnest(:ids::uuid[]) as given (id)
where not exists (select from files f where f.id = given.id and f.status <> 'ready');
