-- \d and its family over a schema with something of everything
create role app_user;
create role readers;
grant readers to app_user;
create schema app;
comment on schema app is 'the schema';
set search_path = app, public;
create type mood as enum ('sad', 'ok', 'happy');
create type pair as (a int, b text);
comment on type mood is 'moods';
create domain posint as int default 1 not null constraint positive check (value > 0);
comment on domain posint is 'above zero';
create sequence counter as smallint increment by 2 minvalue -10 maxvalue 100 start with 3 cache 5 cycle;
create table customer (
    id bigint generated always as identity primary key,
    name varchar(40) collate "C" not null default 'nobody',
    "Mixed Case" text,
    m mood default 'ok',
    p pair,
    n posint,
    price numeric(10,2) default 0.00,
    doubled numeric generated always as (price * 2) stored,
    created timestamptz(3) default now(),
    tags text[] default '{}',
    constraint price_range check (price >= 0 and price < 1000),
    unique (name, m));
comment on table customer is 'people who buy';
comment on column customer.name is 'their name';
create table orders (
    id serial primary key,
    customer bigint not null references customer on update cascade on delete set null deferrable,
    qty int,
    note text,
    constraint qty_check check (qty > 0) not valid);
create unique index orders_note on orders (lower(note)) where qty > 5;
create index orders_multi on orders (customer desc nulls last, qty) include (note) with (fillfactor = 70);
alter table orders add constraint orders_self foreign key (id) references orders initially deferred deferrable;
create view cheap as select id, name, price from customer where price < 10 with cascaded check option;
comment on view cheap is 'cheap ones';
create view secure with (security_barrier) as select id from orders;
create materialized view totals as select customer, sum(qty) as total from orders group by customer;
create unique index totals_customer on totals (customer);
create unlogged table scratch (k int) with (fillfactor = 50);
create table empty ();
alter table orders alter column note set statistics 50;
grant select on customer to readers;
grant select (name), update (price) on customer to app_user;
grant all on orders to app_user with grant option;
grant usage on sequence counter to readers;
grant usage on schema app to public;
alter default privileges in schema app grant select on tables to readers;
alter default privileges grant execute on functions to app_user;
alter role app_user set work_mem = '4MB';
\d
\d customer
\d+ customer
\d orders
\d+ orders
\d cheap
\d+ cheap
\d+ secure
\d totals
\d+ totals
\d counter
\d+ counter
\d customer_id_seq
\d orders_note
\d+ orders_multi
\d customer_pkey
\d mood
\d pair
\d+ pair
\d scratch
\d+ scratch
\d empty
\d nosuch
\d app.*
\dt
\dt app.*
\dt *.orders
\dt nosuch
\di
\di orders*
\dv
\dm
\ds
\dE
\dtv
\dtvmsi app.c*
\dT
\dT+
\dT mood
\dD
\dD+
\dn
\dn app
\dp
\dp customer
\z orders
\ddp
\du
\du app_user
\dg+
\drds
\dd
\dd price_range
\dconfig work_mem
\dconfig+ enable_seqscan
\dy
\dx
\dRp
\dRs
\dX
\des
\dew
\deu
\det
\dP
\dl
\sv cheap
\sv+ cheap
\sv nosuch
\drds app_user
drop role nosuch;
