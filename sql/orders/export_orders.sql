-- The person's orders.
select id, course_id, status, amount, currency, provider, reference, created_at, paid_at, refunded_at
from orders where student_id = :user_id order by created_at, id;
