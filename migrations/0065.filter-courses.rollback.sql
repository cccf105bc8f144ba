drop function catalogue(uuid, boolean, text, text, text, uuid, boolean, timestamptz, uuid[], text);
