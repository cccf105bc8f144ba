-- Nothing to undo: 0102 takes the constraints away.
select 1;
