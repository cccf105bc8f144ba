-- Published courses, every fifth one at a price.
insert into courses (instructor_id, title, slug, description, category, status, published_at,
                     price_amount, price_currency)
select (:instructor_ids::uuid[])[1 + n / 10], 'Course ' || n, format('course-%s-%s', :run::text, n),
       'Made by bin/seed to try things at size.', 'seeded-' || n % 20, 'published', now(),
       case when n % 5 = 0 then 1999 end, case when n % 5 = 0 then 'EUR' end
from generate_series(:first::integer, :last::integer) as n
returning id;
