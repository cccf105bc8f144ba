-- Whether an account and the mailbox behind its address may belong to two people: a change of the
-- address was confirmed by somebody who was neither signed in to the account nor knew its password.
-- depends: 0073.prove-addresses 0096.flatten-moves

alter table users add column is_email_doubted boolean not null default false;
