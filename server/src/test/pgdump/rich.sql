create role app_user; create role "App Owner"; create role readers;
create schema app authorization "App Owner"; create schema "Weird ""Schema";
comment on schema app is 'the app''s schema';
create type app.status as enum ('new', 'in progress', 'do''ne');
create type app.addr as (street varchar(40), zip char(5), no int);
create domain app.email as text default 'a@b' not null constraint email_at check (value like '%@%') check (length(value) < 100);
create sequence app.counter as smallint increment by 3 minvalue -5 maxvalue 1000 start with 7 cache 2 cycle;
create sequence app.free_seq; 
create table app.customer (
  id bigint generated always as identity (start with 100 increment by 5) primary key,
  name text not null, mail app.email, st app.status default 'new', home app.addr,
  created timestamptz not null default '2020-01-01 00:00+00', tags text[] default array['a','b'], "Mixed Case" int,
  score numeric(8,3) default 0.5, doc jsonb default '{"a": 1}', raw bytea, dur interval, d date, tm time(2), tz timetz, u uuid, f4 real, f8 double precision, b boolean, bits bit(3), vb bit varying(8), ip inet, cd cidr, mac macaddr, ch character(3), vc character varying(20), sm smallint, x xid, o oid,
  total numeric generated always as (score * 2) stored,
  constraint customer_score_check check (score >= 0 and score < 1000), unique (name, created));
comment on table app.customer is 'customers'; comment on column app.customer.name is 'full name'; comment on constraint customer_score_check on app.customer is 'scores';
create table app.orders (id serial primary key, customer bigint not null references app.customer on delete cascade, ref int, qty int check (qty > 0));
alter table app.orders add constraint orders_self foreign key (ref) references app.orders deferrable initially deferred;
alter table app.orders add constraint late check (qty < 10000) not valid;
create index orders_customer_idx on app.orders (customer) where qty > 5;
create index customer_lower on app.customer (lower(name) desc nulls last, (score + 1)) include (st) with (fillfactor = 80);
create unique index on app.customer (mail) where mail <> 'x';
comment on index app.customer_lower is 'lower names';
alter table app.customer alter column name set statistics 200;
create view app.active as select c.id, c.name, count(o.*) as orders from app.customer c left join app.orders o on o.customer = c.id where c.st <> 'do''ne' group by c.id;
create view app.local_check with (security_barrier = true) as select id, qty from app.orders where qty > 1 with local check option;
create view app.over_view as select * from app.active where orders > 0;
create materialized view app.summary as select st, sum(score) as total from app.customer group by st;
create unique index on app.summary (st);
create materialized view app.empty_mv as select 1 as one with no data;
comment on view app.active is 'active ones'; comment on materialized view app.summary is 'sums'; comment on sequence app.counter is 'counts'; comment on type app.status is 'states'; comment on domain app.email is 'mails'; comment on database craton_recorded is 'the database';
create table "Weird ""Schema"."Tab le" ("a""b" int, "select" text default E'back\\slash', "üñí" text);
create unlogged table app.scratch (k int primary key, v text) with (fillfactor = 50);
create table app.nocols ();
create table app.part_like (like app.orders including defaults including constraints);
insert into app.customer (name, mail, st, home, "Mixed Case", raw, dur, d, tm, tz, u, f4, f8, b, bits, vb, ip, cd, mac, ch, vc, sm, x, o) values
 ('Ann', 'ann@x', 'in progress', row('Main', '12345', 3), 5, '\x00ff', '1 day 02:03', '2021-02-03', '12:34:56.78', '01:02:03+04', '11111111-1111-1111-1111-111111111111', 1.5, 1e300, true, b'101', b'11', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', 'ab', 'v', 7, '5', 77),
 (E'Bob\t\\ "q"\nx', default, 'new', null, null, null, null, 'infinity', null, null, null, 'NaN', '-Infinity', false, null, null, null, null, null, null, '', null, null, null);
insert into app.orders (customer, qty) values (100, 6), (100, 1), (105, 3);
insert into "Weird ""Schema"."Tab le" values (1, 'x', 'é'), (2, null, '');
insert into app.scratch values (1, 'one');
select nextval('app.counter'), nextval('app.counter'), setval('app.free_seq', 42, false);
refresh materialized view app.summary;
grant usage on schema app to app_user; grant select, insert on app.customer to app_user with grant option; grant select (name), update (score) on app.customer to readers; grant select on all tables in schema app to public; revoke insert on app.orders from app_user; grant usage on sequence app.counter to app_user; grant all on app.orders to "App Owner"; revoke all on app.scratch from public;
alter table app.orders owner to "App Owner"; alter view app.active owner to app_user;
alter default privileges for role "App Owner" in schema app grant select on tables to readers; alter default privileges grant usage on sequences to app_user; alter default privileges for role app_user revoke execute on functions from public;
grant usage on type app.status to readers; revoke usage on type app.status from public;
alter role app_user set search_path = app, public; alter database craton_recorded set work_mem = '8MB'; alter role readers in database craton_recorded set statement_timeout = '5s';
create table app.wide as select g as id, md5(g::text) as h, g * 1.5 as n, date '2020-01-01' + g as d from generate_series(1, 500) g;
