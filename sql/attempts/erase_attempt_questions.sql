-- What markers wrote to a student, and the student's own words among the statistics.
update attempt_questions q
set feedback = null,
    responses = case when q.type <> all(:own_words_types::text[]) then q.responses end
from attempts a
where a.student_id = :user_id and q.attempt_id = a.id
    and (q.feedback is not null or q.type = any(:own_words_types));
