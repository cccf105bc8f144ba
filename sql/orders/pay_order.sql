-- Marks an order as paid.
update orders set status = 'paid', paid_at = clock_timestamp(), reference = :reference
where id = :order_id and status = 'pending';
