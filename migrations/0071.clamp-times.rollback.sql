-- Nothing to undo: where the times were before is not known, and the release before reads these.
select 1;
