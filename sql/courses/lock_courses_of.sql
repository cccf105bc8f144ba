-- Holds the courses of a person who is about to leave, before the person: the order of publishing.
select id from courses where instructor_id = :user_id order by id for no key update;
