-- The open attempts of an enrolment, for a worker that closes those that its end ended.
select id from attempts where enrollment_id = :enrollment_id and status = 'in_progress' order by id;
