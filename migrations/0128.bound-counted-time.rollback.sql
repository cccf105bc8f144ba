drop function close_gaps(int8multirange, integer);
