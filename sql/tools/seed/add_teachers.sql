-- Teachers by the hundred; they have no usable password.
insert into users (email, email_key, full_name, role)
select address, address, 'Teacher ' || n, 'instructor'
from generate_series(1, :count::integer) as n
cross join lateral (select format('teacher-%s-%s@seed.example.com', :run::text, n) as address) as a
returning id;
