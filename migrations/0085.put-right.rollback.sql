drop trigger quizzes_move_windows on quizzes;
drop function move_windows();
drop function last_moment(timestamptz, timestamptz, timestamptz);
drop function own_end(timestamptz, integer, timestamptz);
alter table quiz_extensions drop column available_until;
alter table certificates drop constraint certificates_status_known;
update certificates set status = case when revoked_at is null then 'issued' else 'revoked' end
where status = 'replaced';
alter table certificates add constraint certificates_status_known
    check (status in ('pending', 'issued', 'revoked'));
alter table certificates drop column is_public, drop column edition;
