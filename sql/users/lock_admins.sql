-- Locks every admin, so that two who demote each other take turns; returns which may sign in.
select id, is_active from users where role = 'admin' order by id for no key update;
