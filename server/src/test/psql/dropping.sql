-- What a drop says of all that goes with it, and of what forbids it.
create table g (a int, b int, x int generated always as (b * 2) stored, y int generated always as (a + b) stored, check (x > 0), unique (y));
create view gv as select x from g;
create view gw as select b from g;
create index gi on g (x);
create table h (r int references g (y));
alter table g drop column b;
alter table g drop column a;
alter table g drop column b cascade;
\d g
\d h
create table k (id int primary key, p int, q int generated always as (p + 1) stored, z text);
alter table k drop column p;
alter table k drop column p cascade;
\d k
create table tv (a int, b int);
create view v1 as select a, b from tv;
create view v2 as select a from v1;
alter table tv drop column a;
alter table tv drop column a cascade;
create type e as enum ('a');
create table te (id int, c e primary key, check (c <> 'a' or id > 0));
create view ve as select id, c from te;
create table tf (id int, c e default 'a');
drop type e;
drop type e cascade;
\d te
\d tf
create sequence sq;
create table ts (a int default nextval('sq'), b int);
drop sequence sq;
drop sequence sq cascade;
\d ts
\sf lpad(text, int)
\sf quote_literal(anyelement)
