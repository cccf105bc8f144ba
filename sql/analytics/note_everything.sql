-- Count everything anew at the next fold.
select note_everything();
