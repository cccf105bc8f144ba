-- Takes a place back.
delete from invited_places where id = :place_id;
