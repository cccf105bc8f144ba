-- What a question is called and where it came from, in which format its texts are, and which version
-- it is; an attempt keeps the version that it asked.
-- depends: 0131.check-exact-marks

alter table questions
    add column version integer not null default 1,
    add column name text,
    add column tags text[] not null default '{}',
    add column external_id text,
    add column source jsonb,  -- what an import knew beside, for staff alone: {category}
    add column text_format text not null default 'markdown',
    add column explanation_format text not null default 'markdown',
    add constraint questions_version_positive check (version > 0) not valid,
    add constraint questions_name_length
        check (char_length(name) between 1 and 255) not valid,
    add constraint questions_external_id_length
        check (char_length(external_id) between 1 and 255) not valid,
    add constraint questions_formats_known check (
        text_format in ('markdown', 'plain', 'html')
        and explanation_format in ('markdown', 'plain', 'html')) not valid;

alter table attempt_questions
    add column version integer not null default 1,
    add column text_format text not null default 'markdown',
    add column explanation_format text not null default 'markdown';

-- Another text, key or explanation is another version, whoever writes it. Points and position belong
-- to the question's place in its quiz; name and tags to its finding.
create function count_version() returns trigger language plpgsql as $$
begin
    new.version := old.version + 1;
    return new;
end $$;
create trigger questions_count_version before update on questions
    for each row when (
        (old.type, old.text, old.text_format, old.options, old.answer, old.explanation,
         old.explanation_format)
        is distinct from
        (new.type, new.text, new.text_format, new.options, new.answer, new.explanation,
         new.explanation_format))
    execute function count_version();
