-- One order.
select o.id, json_build_object('id', c.id, 'title', c.title) as course, o.student_id, o.status,
       json_build_object('amount', o.amount, 'currency', o.currency) as total, o.reference,
       o.created_at, o.paid_at, o.refunded_at, o.updated_at
from orders o
join courses c on c.id = o.course_id
where o.id = :order_id;
