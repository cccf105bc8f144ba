-- The rules that the data breaks, in words; no row if it breaks none.
select 'course ' || c.id || ' has lessons at positions that are not 1..n'
from courses c
join current_lessons l on l.course_id = c.id
group by c.id
having max(l.position) <> count(*)
union all
select 'course ' || n.course_id || ' counts ' || n.enrollment_count || ' seats for '
       || count(e.id) || ' students'
from course_counters n
left join enrollments e on e.course_id = n.course_id and e.status <> 'dropped'
group by n.course_id, n.enrollment_count
having n.enrollment_count <> count(e.id)
union all
select 'enrolment ' || e.id || ' is completed and has no certificate'
from enrollments e
left join certificates k on k.enrollment_id = e.id
where e.status = 'completed' and k.id is null
union all
select 'certificate ' || k.id || ' is issued to an enrolment that is not completed'
from certificates k
join enrollments e on e.id = k.enrollment_id
where k.status = 'issued' and e.status <> 'completed';
