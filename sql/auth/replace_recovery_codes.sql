-- A new set of recovery codes; the old ones no longer work.
with old as (
    delete from recovery_codes where user_id = :user_id and code_hash <> all(:hashes::bytea[])
)
insert into recovery_codes (user_id, code_hash)
select :user_id, unnest(:hashes::bytea[]);
