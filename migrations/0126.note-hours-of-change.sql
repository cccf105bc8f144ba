-- The hour in which an enrolment was changed last. It is indexed in place of the moment: that index
-- would move with every change, this one moves once an hour. Rows from before look changed in the
-- hour of this migration, which finds too many of them and never too few.
-- depends: 0005.create-enrollments

alter table enrollments
    add column changed_hour integer not null
        -- The same for all old rows, so that none is written anew.
        -- squawk-ignore adding-field-with-default
        default floor(extract(epoch from now()) / 3600)::integer;

create function touch_enrollment() returns trigger language plpgsql as $$
begin
    new.updated_at := greatest(clock_timestamp(), old.updated_at + interval '1 microsecond');
    new.changed_hour := floor(extract(epoch from new.updated_at) / 3600)::integer;
    return new;
end $$;
drop trigger enrollments_touch on enrollments;
create trigger enrollments_touch before update on enrollments
    for each row execute function touch_enrollment();
