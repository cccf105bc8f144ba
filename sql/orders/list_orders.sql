-- A page of orders, the latest first: a student's own, or everybody's.
select o.id, json_build_object('id', c.id, 'title', c.title) as course, o.student_id, o.status,
       json_build_object('amount', o.amount, 'currency', o.currency) as total, o.reference,
       o.created_at, o.paid_at, o.refunded_at, o.updated_at
from orders o
join courses c on c.id = o.course_id
where (:student_id::uuid is null or o.student_id = :student_id)
  and (:course_id::uuid is null or o.course_id = :course_id)
  and (:status::text is null or o.status = :status)
  and (:updated_since::timestamptz is null or o.updated_at >= :updated_since)
  and (o.created_at, o.id) < (:before_time, :before_id)
order by o.created_at desc, o.id desc
limit :limit;
