-- Holds all certificates of an enrolment, by one of them, in the order in which all others do.
select k.id
from certificates k
where k.enrollment_id = (select enrollment_id from certificates where id = :certificate_id)
order by k.id
for no key update;
