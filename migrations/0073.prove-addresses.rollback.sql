alter table mailed_tokens drop column session_id;
alter table mfa_factors drop column counts_as_proved;
