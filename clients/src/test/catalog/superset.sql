select pg_catalog.version() like 'PostgreSQL 15.%';
show standard_conforming_strings;
select nspname from pg_namespace where nspname not like 'pg\_%' order by nspname;
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'rich' and c.relkind in ('r', 'p') and pg_table_is_visible(c.oid);
select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (select pg_catalog.pg_get_expr(d.adbin, d.adrelid) from pg_catalog.pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum and a.atthasdef) as "default", a.attnotnull, a.attrelid as table_oid, pgd.description as comment, a.attgenerated as generated,
(select json_build_object('always', a.attidentity = 'a', 'start', s.seqstart, 'increment', s.seqincrement, 'minvalue', s.seqmin, 'maxvalue', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle) from pg_catalog.pg_sequence s join pg_catalog.pg_class c on s.seqrelid = c."oid" where c.relkind = 'S' and a.attidentity != '' and s.seqrelid = pg_catalog.pg_get_serial_sequence(a.attrelid::regclass::text, a.attname)::regclass::oid) as identity_options
from pg_catalog.pg_attribute a left join pg_catalog.pg_description pgd on (pgd.objoid = a.attrelid and pgd.objsubid = a.attnum) where a.attrelid = 'rich.customer'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum;
select t.typname as name, pg_catalog.pg_type_is_visible(t.oid) as visible, n.nspname as schema, lbl_agg.labels from pg_catalog.pg_type t left join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join (select e.enumtypid, array_agg(e.enumlabel::text order by e.enumsortorder) as labels from pg_catalog.pg_enum e group by e.enumtypid) lbl_agg on t.oid = lbl_agg.enumtypid where t.typtype = 'e' order by n.nspname, t.typname;
select t.typname, pg_catalog.format_type(t.typbasetype, t.typtypmod) as attype, not t.typnotnull as nullable, t.typdefault as "default", pg_catalog.pg_type_is_visible(t.oid), n.nspname, pg_get_constraintdef(c.oid, true), c.conname from pg_catalog.pg_type t
left join pg_catalog.pg_namespace n on n.oid = t.typnamespace left join pg_constraint c on c.contypid = t.oid where t.typtype = 'd' and n.nspname <> 'information_schema';
select r.conname, pg_catalog.pg_get_constraintdef(r.oid, true) as condef, n.nspname as conschema from pg_catalog.pg_constraint r, pg_namespace n, pg_class c where r.contype in ('f', 'c', 'u', 'p') and c.oid = confrelid and n.oid = c.relnamespace order by 1;
select i.relname, i.relkind, ix.indisunique, ix.indoption::varchar, i.reloptions, am.amname, pg_get_expr(ix.indpred, ix.indrelid), ix.indnkeyatts, array_to_string(array(select pg_get_indexdef(ix.indexrelid, k, true) from generate_series(1, ix.indnatts) k), ','), (select array_agg(o.opcname) from unnest(ix.indclass) c join pg_opclass o on o.oid = c), (select array_agg(coalesce(l.collname, '')) from unnest(ix.indcollation) c left join pg_collation l on l.oid = c)
from pg_class t join pg_index ix on t.oid = ix.indrelid join pg_class i on i.oid = ix.indexrelid left join pg_am am on i.relam = am.oid where t.relkind in ('r', 'v', 'f', 'm', 'p') and t.relnamespace = 'rich'::regnamespace order by 1;
select pg_get_viewdef(c.oid) from pg_class c where c.relname = 'happy' and c.relkind in ('v', 'm');
select inhrelid::regclass from pg_inherits;
select spcname from pg_tablespace order by 1;
select collname, collprovider, collisdeterministic from pg_collation where collname in ('default', 'C', 'POSIX') order by 1;
select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where relkind = 'S' and n.nspname = 'rich' order by 1;
select pg_get_serial_sequence('rich."Order"', 'Id'), pg_get_serial_sequence('rich.customer', 'id'), pg_get_serial_sequence('rich.customer', 'name')
