-- Addresses are compared by UTS 46, non-transitional: until now ß in a domain was taken for ss, a
-- final ς for σ, and joiners were left out, which are other domains. Keys of such addresses are
-- written anew, so that their owners still sign in; where the new key is somebody else's already,
-- the old one stays.
-- depends: 0011.complete-identity 0029.create-bulk-enrollments

-- RFC 3492 §6.3.
create or replace function pg_temp.to_punycode(label text) returns text
language plpgsql immutable as $$
declare
    digits constant text := 'abcdefghijklmnopqrstuvwxyz0123456789';
    codes integer[] := array(
        select ascii(c) from string_to_table(label, null) with ordinality as t (c, n) order by n);
    made text := regexp_replace(label, '[^\x01-\x7f]', '', 'g');
    basic integer := length(regexp_replace(label, '[^\x01-\x7f]', '', 'g'));
    done integer := basic;
    n bigint := 128;
    delta bigint := 0;
    bias bigint := 72;
    least_left bigint;
    q bigint;
    k bigint;
    t bigint;
    code integer;
begin
    if done = cardinality(codes) then
        return label;
    end if;
    if basic > 0 then
        made := made || '-';
    end if;
    while done < cardinality(codes) loop
        select min(c) into least_left from unnest(codes) as c where c >= n;
        delta := delta + (least_left - n) * (done + 1);
        n := least_left;
        foreach code in array codes loop
            if code < n then
                delta := delta + 1;
            elsif code = n then
                q := delta;
                k := 36;
                loop
                    t := least(greatest(k - bias, 1), 26);
                    exit when q < t;
                    made := made || substr(digits, (t + (q - t) % (36 - t) + 1)::integer, 1);
                    q := (q - t) / (36 - t);
                    k := k + 36;
                end loop;
                made := made || substr(digits, (q + 1)::integer, 1);
                delta := case when done = basic then delta / 700 else delta / 2 end;
                delta := delta + delta / (done + 1);
                bias := 0;
                while delta > 455 loop
                    delta := delta / 35;
                    bias := bias + 36;
                end loop;
                bias := bias + 36 * delta / (delta + 38);
                delta := 0;
                done := done + 1;
            end if;
        end loop;
        delta := delta + 1;
        n := n + 1;
    end loop;
    return 'xn--' || made;
end $$;

-- The new key: the local part as the old one has it, and the domain as it was typed.
create or replace function pg_temp.new_key(email text, email_key text) returns text
language sql immutable as $$
    select regexp_replace(email_key, '@[^@]*$', '') || '@' || string_agg(pg_temp.to_punycode(label), '.' order by n)
    from string_to_table(
        normalize(lower(translate(
            normalize(regexp_replace(email, '^.*@', ''), nfkc),
            'ẞÄÖÜΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ。',
            'ßäöüαβγδεζηθικλμνξοπρστυφχψωάέήίόύώ.')), nfc),
        '.') with ordinality as t (label, n)
$$;

do $$
declare
    person record;
begin
    for person in
        select id, pg_temp.new_key(email, email_key) as key from users
        where email ~ '@[^@]*[ßẞς\u200c\u200d][^@]*$'
    loop
        begin
            update users set email_key = person.key
            where id = person.id and email_key <> person.key;
        exception when unique_violation then
            raise notice 'an address is somebody else''s already and keeps its old key';
        end;
    end loop;
end $$;

update pending_registrations set email_key = pg_temp.new_key(email, email_key)
where email ~ '@[^@]*[ßẞς\u200c\u200d][^@]*$';

update bulk_enrollment_rows set email_key = pg_temp.new_key(email, email_key)
where email_key is not null and email ~ '@[^@]*[ßẞς\u200c\u200d][^@]*$';
