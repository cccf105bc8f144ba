-- All plain totals of some scopes, exact in this snapshot.
select scope, name, n from exact_figures where scope = any(:scopes::uuid[]);
