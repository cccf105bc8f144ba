-- Attaches files to questions: those that exist and that this person may attach.
with allowed as (
    select id from files
    where id = any(:file_ids::uuid[]) and status = 'ready'
      and (uploader_id = :user_id or :is_admin::boolean)
    order by id
    for key share  -- a file that is deleted meanwhile is not attached
)
insert into question_files (question_id, file_id, quiz_id)
select shown.question_id, allowed.id, :quiz_id
from unnest(:question_ids::uuid[], :file_ids::uuid[]) as shown (question_id, file_id)
join allowed on allowed.id = shown.file_id
on conflict on constraint question_files_pkey do nothing;
