-- Holds every admin, so that two who demote each other take turns; which of them may sign in.
select id, is_active from users where role = 'admin' order by id for no key update;
