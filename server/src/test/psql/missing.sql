-- What is said of names that mean nothing, and of those that others have.
create type foo as enum ('a');
create type _foo as enum ('b');
create table _t (a foo[]);
create table t (a int);
\dT
create function faa(int) returns int language sql as 'select $1';
create procedure paa(int) language sql as 'select $1';
create aggregate aaa(int) (sfunc = int4pl, stype = int);
drop function faa(nonesuch);
drop function faa(int, nonesuch.x);
drop aggregate aaa(nonesuch);
alter function faa(nonesuch) strict;
drop procedure paa(nonesuch);
drop function if exists faa(nope.t);
drop type if exists nope.t;
drop domain if exists nope.t;
drop cast if exists (nope.t as int);
drop cast if exists (int as nope.t);
drop trigger tr on nope.t;
create table inhx (xx text primary key);
create table inhz (x text references inhz, like inhx including indexes);
\d inhz
create table ict (key int primary key, fruit text);
insert into ict values (1, 'Apple') on conflict (key) do update set fruit = excluded.fruit returning excluded.fruit;
insert into ict values (1, 'Apple') returning excluded.fruit;
insert into ict values (1, 'Apple') on conflict (keyy) do update set fruit = excluded.fruit;
insert into ict values (1, 'Apple') on conflict (keyy) do nothing;
insert into ict values (1, 'Apple') on conflict (key) do update set fruit = excluded.ctid;
create table gerr (a int primary key, b int generated always as (a) stored, c int generated always as (num_nulls(gerr)) stored);
create type gt as (a int, b int);
create table gtt of gt (a generated always as (b * 2) stored);
