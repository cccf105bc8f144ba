-- The storage figures: files that are there, and their bytes.
-- depends: 0043.create-figures 0016.create-files

create function note_file() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' and old.status = 'ready' then
        insert into figure_changes (scope, name, n)
        values (site(), 'files', -1), (site(), 'bytes', -old.size);
    end if;
    if tg_op <> 'DELETE' and new.status = 'ready' then
        insert into figure_changes (scope, name, n)
        values (site(), 'files', 1), (site(), 'bytes', new.size);
    end if;
    return null;
end $$;
create trigger files_noted after insert or delete on files
    for each row execute function note_file();
create trigger files_noted_again after update on files
    for each row when ((old.status, old.size) is distinct from (new.status, new.size))
    execute function note_file();

create or replace function note_files() returns void language sql as $$
    insert into figure_changes (scope, name, n)
    select site(), x.name, x.n
    from (select count(*) as files, coalesce(sum(size), 0)::bigint as bytes
          from files where status = 'ready') as kept
    cross join lateral (values ('files', files), ('bytes', bytes)) as x (name, n)
$$;
select note_files();
