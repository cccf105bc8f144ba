-- An unverified address proves nothing: what was set up before its first proof ends with it, and
-- a change of address remembers the session that asked for it.
-- depends: 0011.complete-identity

-- Factors that work when this runs count as set up with a proved address. A later one says so by
-- itself: it is set up with a proved address or not at all, but by processes of the release before.
alter table mfa_factors add column counts_as_proved boolean not null default true;
alter table mfa_factors alter column counts_as_proved set default false;
update mfa_factors set counts_as_proved = false where enabled_at is null;

alter table mailed_tokens add column session_id uuid;  -- that asked for a change of address
