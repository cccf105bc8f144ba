-- What decides whether a student may order a course, and for how much.
select c.id as course_id, c.status, c.price_amount as amount, c.price_currency as currency,
       exists (select from enrollments e
               where e.course_id = c.id and e.student_id = :student_id and has_access(e))
           as is_enrolled,
       exists (select from enrollments e
               where e.course_id = c.id and e.student_id = :student_id) as was_enrolled,
       o.id as order_id, o.status as order_status
from courses c
left join orders o
    on o.course_id = c.id and o.student_id = :student_id and o.status in ('pending', 'paid')
where c.id = :course_id;
