-- Holds an order while it is paid or refunded.
select id, course_id, student_id, status, provider, reference,
       replaced_at is not null as is_replaced
from orders
where id = :order_id
for update;
