-- An id from the middle of a table, since the ends are often special; none without the table.
select (xpath('/table/row/id/text()',
              query_to_xml(format('select id from %I order by id
                                   offset (select count(*) / 2 from %I) limit 1',
                                  :table_name::text, :table_name::text), false, false, '')
       ))[1]::text::uuid
where to_regclass(:table_name::text) is not null;
