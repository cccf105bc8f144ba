-- Uses the code of a time step; no row if it, or a later one, was used before.
update mfa_factors set last_step = :step
where user_id = :user_id and last_step < :step
returning user_id;
