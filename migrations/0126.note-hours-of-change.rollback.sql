drop trigger enrollments_touch on enrollments;
create trigger enrollments_touch before update on enrollments
    for each row execute function touch_updated_at();
drop function touch_enrollment();
alter table enrollments drop column changed_hour;
