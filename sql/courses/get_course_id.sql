-- The course at an address.
select id from courses where slug = :slug;
