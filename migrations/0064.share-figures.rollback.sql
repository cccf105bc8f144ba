drop function figures.both_done(uuid, uuid);
drop function figures.lessons_done(uuid);
drop view figures.by_scope;
