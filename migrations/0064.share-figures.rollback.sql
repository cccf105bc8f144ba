drop function figures.both_done(uuid, uuid);
drop view figures.lessons_done;
drop view figures.by_scope;
