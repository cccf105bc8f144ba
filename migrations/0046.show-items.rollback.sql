drop function shown_items(jsonb);
