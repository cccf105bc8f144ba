-- Holds a student's enrolment in a quiz's course, so that attempts start one after the other; and
-- the quiz, whose window an attempt follows, against edits.
select e.id, e.status
from enrollments e
join quizzes q on q.course_id = e.course_id
where q.id = :quiz_id and e.student_id = :student_id
for no key update of e
for share of q;  -- what an attempt freezes keeps its files (quizzes/release_files)
