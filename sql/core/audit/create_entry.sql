-- Something that was done, or refused.
insert into audit_log (actor_id, action, subject_id, ip, request_id, data)
values (:actor_id, :action, :subject_id, :ip::text::inet, :request_id, :data::jsonb);
