-- A key whose upload fell silent may be used again.
update files set claim = null where claim = :claim and alive_until < now();
