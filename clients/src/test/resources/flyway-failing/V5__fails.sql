create table app.half_done (id int);
insert into app.nothing_there values (1);
