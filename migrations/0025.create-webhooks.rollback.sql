drop trigger events_fan_out on events;
drop function fan_out_event();
drop table webhook_deliveries, webhooks;
