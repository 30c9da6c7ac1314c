create materialized view app.summary as select feeling, count(*) as n from app.account group by feeling;
create or replace procedure app.tidy() language sql as 'delete from audit.entry where at < now() - interval ''1 year''';
call app.tidy();
alter table app.account add column note varchar(20), alter column name type varchar(50);
comment on table app.account is 'accounts; all of them';
copy audit.entry (operation, row_id) from stdin;
COPIED	7
COPIED	8
\.
