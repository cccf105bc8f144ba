-- How many tokens of a kind someone was mailed lately.
select count(*) from mailed_tokens
where user_id = :user_id and kind = :kind and created_at > now() - interval '15 minutes';
