-- How many people a list would show in all.
select count(*)
from users
where (:role::text is null or role = :role)
  and (:is_active::boolean is null or is_active = :is_active)
  and (:q::text is null or findable like findable_pattern(:q))
  and (:updated_since::timestamptz is null or updated_at >= :updated_since);
