-- What workers count, for /metrics of the API; and how a certificate looked when it was issued.
-- depends: 0025.create-webhooks

create table tallies (
    name text not null,
    subject text not null,
    result text not null,
    value bigint not null default 0,
    constraint tallies_pkey primary key (name, subject, result)
);

-- Frozen with name and title, so that a certificate that is drawn again looks the same.
alter table certificates add column design jsonb;
alter table certificates add column language text;
