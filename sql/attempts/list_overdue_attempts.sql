-- Open attempts whose time and grace are over, the longest overdue first.
select id
from attempts
where status = 'in_progress' and expires_at <= now() - make_interval(secs => :grace_seconds)
  and id <> all(:except_ids::uuid[])
order by expires_at
limit :limit;
