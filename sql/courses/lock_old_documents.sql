-- Some courses whose documents an earlier release made, held until the transaction ends.
select c.id
from courses c
where c.id in (select course_id from course_documents where form < 2)
order by c.id
limit :limit
for update skip locked;
