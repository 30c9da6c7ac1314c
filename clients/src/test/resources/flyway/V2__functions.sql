create function audit.note() returns trigger language plpgsql as $$
begin
    insert into audit.entry (operation, row_id) values (tg_op, coalesce(new.id, old.id));
    return coalesce(new, old);
end
$$;
create trigger note after insert or update or delete on app.account for each row execute function audit.note();
insert into app.account (name) values ('three');
update app.account set balance = 7 where name = 'one';
delete from app.account where name = 'two';
do $body$
begin
    if not exists (select from pg_roles where rolname = 'nobody_knows_this_role') then
        perform set_config('app.setting', 'x;y', true);
    end if;
end;
$body$;
