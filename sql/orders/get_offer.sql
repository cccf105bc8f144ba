-- What decides whether a student may order a course, and for how much. An order that was paid
-- before staff removed the student is used up: it opens nothing, and another may follow it.
select c.id as course_id, c.status, c.price_amount as amount, c.price_currency as currency,
       coalesce(has_access(e), false) as is_enrolled,
       e.id is not null as was_enrolled,
       o.id as order_id, o.status as order_status,
       coalesce(e.status = 'dropped' and e.dropped_by in ('staff', 'admin')
                and o.paid_at <= e.dropped_at, false) as is_used_up
from courses c
left join enrollments e on e.course_id = c.id and e.student_id = :student_id
left join orders o
    on o.course_id = c.id and o.student_id = :student_id and o.status in ('pending', 'paid')
    and o.replaced_at is null
where c.id = :course_id;
