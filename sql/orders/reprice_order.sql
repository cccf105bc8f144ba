-- Gives a pending order the course's present price.
update orders o
set amount = c.price_amount, currency = c.price_currency
from courses c
where o.id = :order_id and o.status = 'pending' and c.id = o.course_id
  and (o.amount, o.currency) is distinct from (c.price_amount, c.price_currency);
