-- Webhooks by how they do. One that fails has failed for so long that three attempts at the same
-- delivery did; one that we disabled is told apart from one that its owner stopped.
select 'lms_webhooks' as metric, state.name as label, count(webhooks.id)::float8 as value
from (values ('healthy'), ('failing'), ('disabled'), ('stopped')) as state (name)
left join webhooks
    on state.name = case
        when webhooks.is_active and webhooks.failing_since < now() - interval '30 minutes'
            then 'failing'
        when webhooks.is_active then 'healthy'
        when webhooks.disabled_reason is not null then 'disabled'
        else 'stopped'
    end
group by state.name;
