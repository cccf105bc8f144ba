-- The facts that decide whether a student may enrol, and whether they did before. A course is free
-- to a student when it has no price, or when they paid it.
select c.id as course_id, c.status,
       coalesce(c.price_amount, 0) = 0
           or exists (select from orders o
                      where o.course_id = c.id and o.student_id = :student_id
                        and o.status = 'paid') as is_free,
       coalesce(n.enrollment_count >= c.capacity, false) as is_full,
       e.id as enrollment_id, e.status as enrollment_status
from courses c
join course_counters n on n.course_id = c.id
left join enrollments e on e.course_id = c.id and e.student_id = :student_id
where c.id = :course_id;
