-- What everyone may see of options: their ids and texts.
-- depends: 0045.show-question-files

create function shown_items(items jsonb) returns jsonb language sql immutable parallel safe as $$
    select jsonb_agg(jsonb_build_object('id', item -> 'id', 'text', item -> 'text') order by n)
    from jsonb_array_elements(items) with ordinality as one (item, n)
$$;
