-- Whether a course takes students, and how many more than are in line; null is without limit. A
-- dry run takes no seats, so those that its earlier rows would have taken are counted here.
select s.is_open,
       s.unclaimed
       - (select count(*) from bulk_enrollment_rows r
          where b.dry_run and r.bulk_enrollment_id = b.id
            and r.status in ('enrolled', 'invited', 'returned'))::integer as free
from bulk_enrollments b
join course_seats s on s.course_id = b.course_id
where b.id = :bulk_enrollment_id;
