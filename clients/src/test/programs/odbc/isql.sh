#!/bin/sh
# isql over the psqlODBC driver: a connection string, its catalog commands, statements.
driver=$(find /usr/lib -name psqlodbcw.so | head -n 1)
connection="Driver=$driver;Servername=$PGHOST;Port=$PGPORT;Database=$PGDATABASE;Uid=$PGUSER;Pwd=x;UseDeclareFetch=${1:-0};Fetch=10;ByteaAsLongVarBinary=1"
isql -k "$connection" -b -v -m40 <<'SQL'
create table t (id serial primary key, name varchar(20) not null, n numeric(8,2), at timestamp, ok boolean, b bytea, note text)
create table child (id int primary key, t_id int references t (id) on delete cascade)
create index t_name on t (name desc)
create view v as select id, name from t
insert into t (name, n, at, ok, b, note) select 'n' || i, i / 4.0, '2020-01-01', i % 2 = 0, '\x00ff', repeat('x', i) from generate_series(1, 35) i
select * from t where id < 4 order by id
select count(*), sum(n), max(name) from t
select id from t order by id
update t set name = 'other' where id > 30
insert into t (id, name) values (1, 'x')
select nothing
help t
help v
help child
SQL
isql -k "$connection" -b -v -m25 <<'SQL'
help
SQL
