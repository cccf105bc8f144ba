-- What decides whether a student may enrol, and whether they did before. A course is free to
-- a student when it has no price, when they paid it, or when a place is held for their proved
-- address. After a removal only what was paid since then counts.
select c.id as course_id, c.status,
       coalesce(c.price_amount, 0) = 0 or mine.is_held or mine.is_paid as is_free,
       coalesce(s.unclaimed <= 0, false) and not mine.is_held as is_full,
       e.id as enrollment_id, e.status as enrollment_status,
       coalesce(e.dropped_by in ('staff', 'admin'), false) and e.status = 'dropped'
           and not mine.is_held and not mine.is_paid as is_removed
from courses c
join course_seats s on s.course_id = c.id
left join enrollments e on e.course_id = c.id and e.student_id = :student_id
cross join lateral (
    select exists (
               select from invited_places p
               join users u on u.email_key = p.email_key
               where p.course_id = c.id and p.status = 'invited' and p.expires_at > now()
                 and u.id = :student_id and owns_address(u)) as is_held,
           exists (
               select from orders o
               where o.course_id = c.id and o.student_id = :student_id and o.status = 'paid'
                 and o.replaced_at is null
                 and (e.status is distinct from 'dropped'
                      or coalesce(e.dropped_by, 'student') not in ('staff', 'admin')
                      or o.paid_at > e.dropped_at)) as is_paid
) as mine
where c.id = :course_id;
