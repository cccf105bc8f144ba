-- What markers wrote to her, and her own words among the statistics.
update attempt_questions q
set feedback = null, responses = case when q.type = 'essay' then null else q.responses end
from attempts a
where a.student_id = :user_id and q.attempt_id = a.id
    and (q.feedback is not null or q.type = 'essay');
