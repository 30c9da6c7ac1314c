alter table app.old add primary key (id);
