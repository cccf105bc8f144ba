-- Uploads that came to nothing together; none of these can become ready any more.
delete from files where id = any(:ids::uuid[]) and status <> 'ready' returning id;
