drop view user_details;
drop table login_addresses, login_streaks, login_throttles, sign_in_places, mailed_tokens,
    pending_registrations, mfa_challenges, recovery_codes, mfa_factors;
drop trigger users_touch on users;
create trigger users_touch before update on users
    for each row execute function touch_updated_at();
