-- The course that an order is for; it never changes.
select course_id from orders where id = :order_id;
