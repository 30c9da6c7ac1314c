select pg_try_advisory_lock(77431708279161), pg_advisory_unlock(77431708279161), pg_advisory_unlock(77431708279161);
select set_config('search_path', 'rich, public', false);
set role postgres;
reset role;
select exists (select 1 from pg_namespace where nspname = 'rich') as present, (select rolsuper from pg_roles where rolname = current_user);
select exists (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_depend d on d.objid = c.oid and d.deptype = 'e' where n.nspname = 'rich' and d.objid is null and c.relkind in ('r', 'v', 'S', 't') union all select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace left join pg_depend d on d.objid = p.oid and d.deptype = 'e' where n.nspname = 'rich' and d.objid is null);
select proname, oidvectortypes(proargtypes) as args, pg_proc.prokind as kind from pg_proc inner join pg_namespace ns on (pg_proc.pronamespace = ns.oid) left join pg_depend dep on dep.objid = pg_proc.oid and dep.deptype = 'e' where ns.nspname = 'rich' and dep.objid is null order by 1;
select typname, typcategory from pg_catalog.pg_type t left join pg_depend dep on dep.objid = t.oid and dep.deptype = 'e' where (t.typrelid = 0 or (select c.relkind = 'c' from pg_catalog.pg_class c where c.oid = t.typrelid)) and not exists (select 1 from pg_catalog.pg_type el where el.oid = t.typelem and el.typarray = t.oid) and t.typnamespace in (select oid from pg_catalog.pg_namespace where nspname = 'rich') and dep.objid is null and t.typtype != 'd' order by 1;
select relname from pg_catalog.pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'm' and n.nspname = 'rich';
select sequence_name, data_type, start_value, minimum_value, maximum_value, increment, cycle_option from information_schema.sequences where sequence_schema = 'rich' order by 1;
select setting from pg_settings where name = 'edb_redwood_date';
select t.relname, sum(c.relpages) is not null from pg_class t join pg_class c on c.oid = t.oid where t.relname = 'customer' group by 1;
select fk.conname, pk.contype from pg_constraint fk join pg_constraint pk on pk.conrelid = fk.confrelid and pk.conindid = fk.conindid and pk.contype in ('p', 'u') where fk.contype = 'f' order by 1
