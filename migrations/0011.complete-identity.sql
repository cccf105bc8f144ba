-- Second factors, mailed tokens, registrations that wait, and what throttles guessing.
-- depends: 0003.create-identity

-- The version of a person is for what she or an admin writes: a password that is hashed anew
-- at a sign-in is no write to the profile.
drop trigger users_touch on users;
create trigger users_touch
    before update of email, full_name, role, is_active, email_verified_at, bio, avatar_file_id,
        timezone, locale, metadata on users
    for each row execute function touch_updated_at();

create table mfa_factors (
    user_id uuid not null,
    secret bytea not null,    -- sealed with the key ring
    key_id text not null,     -- the key that sealed it
    enabled_at timestamptz,   -- null: set up, but no code was shown yet
    last_step bigint not null default 0,  -- the newest step whose code was used (RFC 6238 §5.2)
    constraint mfa_factors_pkey primary key (user_id),
    constraint mfa_factors_user foreign key (user_id) references users on delete cascade
);

-- Used codes are deleted, so that each works once.
create table recovery_codes (
    user_id uuid not null,
    code_hash bytea not null,
    constraint recovery_codes_pkey primary key (user_id, code_hash),
    constraint recovery_codes_user foreign key (user_id) references users on delete cascade
);

-- Between the password and the code.
create table mfa_challenges (
    token_hash bytea not null,
    user_id uuid not null,
    tries integer not null default 0,
    expires_at timestamptz not null,
    constraint mfa_challenges_pkey primary key (token_hash),
    constraint mfa_challenges_user foreign key (user_id) references users on delete cascade,
    constraint mfa_challenges_five_tries check (tries between 0 and 5)
);
create index mfa_challenges_by_user on mfa_challenges (user_id);
create index mfa_challenges_by_expiry on mfa_challenges (expires_at);

-- With LMS_REGISTRATION_MODE=confirm: an account that opens when its mailed link is used.
create table pending_registrations (
    id uuid not null default uuid_v7(),
    email text not null,
    email_key text not null,
    full_name text not null,
    password_hash text not null,
    created_at timestamptz not null default now(),
    constraint pending_registrations_pkey primary key (id)
);
create index pending_registrations_by_email on pending_registrations (email_key);
create index pending_registrations_by_time on pending_registrations (created_at);

-- A mailed token is an HMAC over its row, made again when the mail is sent: here is its hash.
create table mailed_tokens (
    id uuid not null,
    kind text not null,
    user_id uuid,
    registration_id uuid,
    address text,          -- the address that the token proves
    nonce bytea not null,
    token_hash bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint mailed_tokens_pkey primary key (id),
    constraint mailed_tokens_hash_once unique (token_hash),
    constraint mailed_tokens_user foreign key (user_id) references users on delete cascade,
    constraint mailed_tokens_registration
        foreign key (registration_id) references pending_registrations on delete cascade,
    constraint mailed_tokens_kind_known
        check (kind in ('verification', 'email_change', 'registration', 'reset', 'invitation')),
    constraint mailed_tokens_have_one_owner check (num_nonnulls(user_id, registration_id) = 1)
);
create index mailed_tokens_by_user on mailed_tokens (user_id, kind);
create index mailed_tokens_by_registration on mailed_tokens (registration_id);
create index mailed_tokens_by_expiry on mailed_tokens (expires_at);

-- Browsers and networks that someone signed in from with success.
create table sign_in_places (
    user_id uuid not null,
    network cidr not null,
    browser text not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    constraint sign_in_places_pkey primary key (user_id, network, browser),
    constraint sign_in_places_user foreign key (user_id) references users on delete cascade
);

-- Failures to sign in. The account is a hash of the address, also of one that nobody has.
create table login_throttles (
    account_key bytea not null,
    network cidr not null,
    failures integer not null,
    window_started_at timestamptz not null,
    last_failure_at timestamptz not null,
    blocked_until timestamptz,
    constraint login_throttles_pkey primary key (account_key, network)
);
create index login_throttles_by_age on login_throttles (last_failure_at);

-- Failures in a row from wherever they came.
create table login_streaks (
    account_key bytea not null,
    failures integer not null,
    last_failure_at timestamptz not null,
    constraint login_streaks_pkey primary key (account_key)
);
create index login_streaks_by_age on login_streaks (last_failure_at);

-- Failures of one client address in the running minute.
create table login_addresses (
    address cidr not null,
    failures integer not null,
    window_started_at timestamptz not null,
    constraint login_addresses_pkey primary key (address)
);
create index login_addresses_by_age on login_addresses (window_started_at);

-- A person as she and admins see her.
create view user_details as
select users.id, users.email, users.full_name, users.role, users.is_active,
       users.email_verified_at is not null as email_verified,
       exists (
           select from mfa_factors f where f.user_id = users.id and f.enabled_at is not null
       ) as mfa_enabled,
       users.bio, null::text as avatar_url, users.timezone, users.locale, users.metadata,
       users.created_at, users.updated_at
from users;
