-- People who asked to be erased: their row stays for what refers to it, and says nothing.
-- depends: 0022.validate-lesson-quizzes

alter table users add column erased_at timestamptz;
-- Not valid: no row is erased yet, and checking the old ones would hold the table.
alter table users add constraint users_erased_say_nothing check (
    erased_at is null
    or (not is_active and password_hash is null and bio is null and avatar_file_id is null
        and email_verified_at is null and metadata = '{}')) not valid;
