update bulk_enrollment_rows set status = 'invited' where status = 'waiting';
alter table bulk_enrollment_rows
    drop constraint bulk_enrollment_rows_status_known,
    add constraint bulk_enrollment_rows_status_known check (status in
        ('pending', 'enrolled', 'invited', 'returned', 'already_enrolled', 'duplicate', 'refused'));
drop view place_details, course_seats;
drop table invited_places;
