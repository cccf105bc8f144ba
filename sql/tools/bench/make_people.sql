-- So many people of a role, all with one password, told apart by the number in their address.
insert into users (email, email_key, full_name, password_hash, role)
select :role::text || n || '@bench.example', :role || n || '@bench.example',
       initcap(:role) || ' Number ' || n, :password_hash, :role
from generate_series(1, :people::integer) as n;
