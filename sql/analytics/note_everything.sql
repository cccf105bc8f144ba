-- Makes the next fold count everything anew.
select figures.note_everything();
