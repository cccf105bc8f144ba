-- A new order at the price that the course has now.
insert into orders (course_id, student_id, amount, currency, provider)
select id, :student_id, price_amount, price_currency, :provider
from courses
where id = :course_id
returning id;
