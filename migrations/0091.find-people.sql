-- People and files are found without accents and with any apostrophe, or with none.
-- depends: 0013.create-search 0016.create-files 0028.index-rosters
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction

-- As names are compared: without accents, case and apostrophes. `unaccent` knows what is no
-- accent, such as ß, ø, đ, ł, æ and ı.
create or replace function fold_letters(value text) returns text
language sql immutable parallel safe strict
return normalize(lower(unaccent('unaccent'::regdictionary, regexp_replace(
    normalize(translate(value, '''`´’‘‛ʼʻʹ′＇‵ʽ', ''), nfkd), '[\u0300-\u036f]', '', 'g'))), nfkc);

-- Most names have letters of one byte alone and take a short way, which PostgreSQL puts into the
-- query: a search for one or two letters reads many rows without an index. Not strict, for that.
create or replace function fold_name(value text) returns text
language sql immutable parallel safe
return case
    when octet_length(value) = char_length(value) then lower(translate(value, '''`', ''))
    else fold_letters(value)
end;

-- For `like`: what has these letters anywhere. Null, which is like nothing, if there are none.
create or replace function name_pattern(q text) returns text
language sql immutable parallel safe strict
return '%' || regexp_replace(nullif(fold_name(q), ''), '([\\%_])', '\\\1', 'g') || '%';

-- What a search of people looks through: one text and therefore one index.
create or replace function findable_person(full_name text, email text) returns text
language sql immutable parallel safe
return fold_name(full_name || chr(10) || email);

-- An index rather than a column: it is built beside all writes, and rewrites no row. The release
-- before still reads the indexes that it knows.
drop index concurrently if exists users_findable;
create index concurrently users_findable
    on users using gin (findable_person(full_name, email) gin_trgm_ops);
drop index concurrently if exists files_findable;
create index concurrently files_findable
    on files using gin (fold_name(filename) gin_trgm_ops);
-- The planner knows nothing of what is in these until then.
analyze users;
analyze files;
