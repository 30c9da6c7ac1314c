set session characteristics as transaction isolation level read uncommitted;
show transaction isolation level;
select n.nspname as schema, c.relname as name, case c.relkind when 'r' then 'TABLE' when 'p' then 'PARTITIONED TABLE' when 'v' then 'VIEW' when 'f' then 'FOREIGN TABLE' when 'm' then 'MATERIALIZED VIEW' end as type, d.description, stat.n_live_tup > 0 as estimated_row_count
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on c.relnamespace = n.oid left join pg_catalog.pg_description d on c.oid = d.objoid and d.objsubid = 0 and d.classoid = 'pg_class'::regclass
left join pg_stat_user_tables stat on n.nspname = stat.schemaname and c.relname = stat.relname
where c.relnamespace = n.oid and n.nspname !~ '^information_schema|catalog_history|pg_' and c.relkind in ('r', 'p', 'v', 'f', 'm') order by type, schema, name;
select schemaname, tablename, tableowner, hasindexes, hasrules, hastriggers, rowsecurity from pg_tables where schemaname !~ '^(pg_|information_schema)';
select schemaname, viewname, viewowner, definition from pg_views where schemaname = 'rich';
select schemaname, matviewname, hasindexes, ispopulated, definition from pg_matviews;
select t.schemaname as schema, t.objectname as name, pg_catalog.has_any_column_privilege(current_user, format('%I.%I', t.schemaname, t.objectname), 'update') as "update",
pg_catalog.has_any_column_privilege(current_user, format('%I.%I', t.schemaname, t.objectname), 'select') as "select", pg_catalog.has_any_column_privilege(current_user, format('%I.%I', t.schemaname, t.objectname), 'insert') as "insert",
pg_catalog.has_table_privilege(current_user, format('%I.%I', t.schemaname, t.objectname), 'delete') as "delete"
from (select schemaname, tablename as objectname from pg_catalog.pg_tables union select schemaname, viewname from pg_catalog.pg_views union select schemaname, matviewname from pg_catalog.pg_matviews) t
where t.schemaname !~ '^pg_' and t.schemaname <> 'information_schema' and pg_catalog.has_schema_privilege(current_user, t.schemaname, 'usage') order by 1, 2;
select c.column_name as name, case when c.udt_schema in ('public', 'pg_catalog') then format('%s', c.udt_name) else format('"%s"."%s"', c.udt_schema, c.udt_name) end as "database-type", c.ordinal_position - 1 as "database-position",
c.table_schema, c.table_name, pk.column_name is not null as "pk?", col_description(cast(cast(format('%I.%I', cast(c.table_schema as text), cast(c.table_name as text)) as regclass) as oid), c.ordinal_position) as field_comment,
((column_default is null or lower(column_default) = 'null') and is_nullable = 'NO' and not ((column_default is not null and column_default like '%nextval(%') or is_identity <> 'NO')) as "database-required"
from information_schema.columns c left join (select tc.table_schema, tc.table_name, kc.column_name from information_schema.table_constraints tc join information_schema.key_column_usage kc on tc.constraint_name = kc.constraint_name and tc.table_schema = kc.table_schema and tc.table_name = kc.table_name where tc.constraint_type = 'PRIMARY KEY') pk
on c.table_schema = pk.table_schema and c.table_name = pk.table_name and c.column_name = pk.column_name where c.table_schema !~ '^information_schema|catalog_history|pg_' order by 4, 5, 3;
select fk_ns.nspname, fk_table.relname, fk_column.attname, pk_ns.nspname, pk_table.relname, pk_column.attname from pg_constraint c join pg_class fk_table on c.conrelid = fk_table.oid join pg_namespace fk_ns on c.connamespace = fk_ns.oid
join pg_attribute fk_column on c.conrelid = fk_column.attrelid join pg_class pk_table on c.confrelid = pk_table.oid join pg_namespace pk_ns on pk_table.relnamespace = pk_ns.oid join pg_attribute pk_column on c.confrelid = pk_column.attrelid
where fk_ns.nspname !~ '^information_schema|catalog_history|pg_' and c.contype = 'f' and fk_column.attnum = any (c.conkey) and pk_column.attnum = any (c.confkey) order by 2, 3, 6;
select nspname, typname from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.oid in (select distinct enumtypid from pg_enum);
select tablename, indexname, indexdef from pg_indexes where schemaname = 'rich' order by 1, 2
