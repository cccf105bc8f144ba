-- Whether a course takes students, and how many more; null for no limit. A dry run takes no seats,
-- so the seats that its earlier rows would take are subtracted here.
select c.status = 'published' as is_open,
       c.capacity - n.enrollment_count
       - (select count(*) from bulk_enrollment_rows r
          where b.dry_run and r.bulk_enrollment_id = b.id
            and r.status in ('enrolled', 'invited', 'returned'))::integer as free
from bulk_enrollments b
join courses c on c.id = b.course_id
join course_counters n on n.course_id = c.id
where b.id = :bulk_enrollment_id;
