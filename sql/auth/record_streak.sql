-- One more failure of an account in a row, wherever it came from.
insert into login_streaks as s (account_key, failures, last_failure_at)
values (:account_key, 1, now())
on conflict (account_key) do update set failures = s.failures + 1, last_failure_at = now()
returning failures;
