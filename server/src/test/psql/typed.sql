-- Typed tables as psql shows them, and what is said where something does not fit.
create type pt as (id int, name text, w varchar(5));
create type empty as ();
create table te of empty;
\d te
create table p1 of pt (id with options primary key, name default 'x' check (name <> ''), unique (w), check (id > 0)) with (fillfactor = 70);
\d+ p1
create table p2 of pt (id generated always as identity);
create table p3 of pt (id with options, nope not null);
create table p3 of int4;
create table p3 of p1;
alter table p1 add id2 int;
alter table p1 drop id;
alter table p1 alter id type bigint;
alter table p1 rename id to x;
alter type pt add attribute z int;
alter type pt rename attribute w to ww;
alter type pt rename attribute w to ww cascade;
alter type pt add attribute z int cascade, drop attribute name cascade, alter attribute id type bigint cascade;
\d p1
\d pt
create view pv as select z from p1;
alter type pt drop attribute z cascade;
create table plain (id bigint, ww varchar(5));
alter table plain of pt;
\d plain
alter table plain not of;
alter table plain not of;
create table pl2 (id bigint);
alter table pl2 of pt;
create table pl3 (id bigint, x text);
alter table pl3 of pt;
create table pl4 (id bigint, ww text);
alter table pl4 of pt;
create table pl5 (id bigint, ww varchar(5), y int);
alter table pl5 of pt;
create function fid(pt) returns bigint language sql as 'select $1.id';
create view cv as select fid(p1) from p1;
\d+ cv
drop view cv;
drop type pt;
drop type pt cascade;
