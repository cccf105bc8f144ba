-- When a student's extension of a quiz was last written; no row if there is none.
select updated_at from quiz_extensions where quiz_id = :quiz_id and user_id = :user_id;
