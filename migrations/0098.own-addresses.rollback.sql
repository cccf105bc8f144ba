drop function owns_address(users);
