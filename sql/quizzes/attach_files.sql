-- Attaches files to questions: those that exist and that this person may attach, or whose original
-- the course shows already.
with allowed as (
    select id from files
    where id = any(:file_ids::uuid[]) and status = 'ready'
      and (uploader_id = :user_id or :is_admin::boolean
           or exists (select from shown_files s
                      where s.file_id = files.id and s.shown_as <> 'thumbnail'
                        and s.course_id = (select course_id from quizzes where id = :quiz_id)))
    order by id
    for key share of files  -- a file that is deleted meanwhile is not attached
)
insert into question_files (question_id, file_id, quiz_id)
select shown.question_id, allowed.id, :quiz_id
from unnest(:question_ids::uuid[], :file_ids::uuid[]) as shown (question_id, file_id)
join allowed on allowed.id = shown.file_id
on conflict on constraint question_files_pkey do nothing;
