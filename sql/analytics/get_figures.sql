-- All plain totals of some courses, or of the site, by name; exact in this snapshot.
select scope, figures
from figures.by_scope
where scope = any(:scopes::uuid[]);
