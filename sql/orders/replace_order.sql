-- A paid order opens its course no more; another may be made.
update orders set replaced_at = now() where id = :order_id;
