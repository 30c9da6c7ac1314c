begin;
declare "SQL_CUR1" cursor with hold for select id, name from rich.customer order by id;
fetch 1 in "SQL_CUR1";
commit;
fetch 10 in "SQL_CUR1";
close "SQL_CUR1";
create local temporary table "#Tableau_1_Connect" (x integer) on commit preserve rows;
insert into "#Tableau_1_Connect" values (1);
select * from "#Tableau_1_Connect";
drop table "#Tableau_1_Connect";
select 1 as "COL" into temporary table "#Tableau_2_None";
select count(1) from "#Tableau_2_None";
select sum("customer"."credit") as "sum:credit:ok", "customer"."mood" as "mood" from "rich"."customer" "customer" group by 2;
select cast(date_trunc('month', cast("customer"."born" as timestamp)) as date) as "tmn:born:ok", sum(1) as "cnt" from "rich"."customer" "customer" group by 1;
select current_schema(), current_database() is not null;
select (case when current_setting('server_version_num')::int >= 150000 then 1 else 0 end)
