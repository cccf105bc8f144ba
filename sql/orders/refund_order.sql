-- Marks an order as refunded.
update orders set status = 'refunded', refunded_at = clock_timestamp()
where id = :order_id and status = 'paid';
