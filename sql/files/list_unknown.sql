-- Those of these ids that no file has.
select given.id
from unnest(:ids::uuid[]) as given (id)
where not exists (select from files f where f.id = given.id);
