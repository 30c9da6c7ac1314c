create or replace view app.rich as select id, name from app.account where balance > 5;
