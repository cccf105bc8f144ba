-- Refusals of the last second: whose, of which route, how often, and from which address last.
insert into audit_log (actor_id, action, ip, request_id, data)
select actor_id, 'access.denied', ip::inet, request_id,
       jsonb_build_object('method', method, 'route', route, 'count', count)
from unnest(:actor_ids::uuid[], :methods::text[], :routes::text[], :counts::integer[],
            :ips::text[], :request_ids::text[])
         as denied (actor_id, method, route, count, ip, request_id);
