-- Students by the thousand; they have no usable password.
insert into users (email, email_key, full_name)
select address, address, 'Student ' || n
from generate_series(:first::integer, :last::integer) as n
cross join lateral (select format('student-%s-%s@seed.example.com', :run::text, n) as address) as a
returning id;
