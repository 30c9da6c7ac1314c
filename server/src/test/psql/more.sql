-- functions, sequences and views by name; tab completion's queries; variables
create schema app;
set search_path = app;
create table parent (id int primary key, note text);
create table child (id int primary key, parent int references parent on delete cascade, val numeric(5,1), "Up" text);
create view joined as select p.id, c.val, c."Up" from parent p left join child c on c.parent = p.id where c.val > 1.5 or p.note like 'a%' order by 1;
create materialized view mat as select id, note from parent with no data;
create sequence s1;
create index child_parent on child (parent);
\d parent
\d+ joined
\sv joined
\sv+ app.joined
\d mat
\dp
\dtvs+ joined
\dn+ app
\dnS+ pg_catalog
\d app.child
\dt app.*child
\dt (parent|child)
\dt "Up"
\d "child"
\dt PARENT
\di app.child_*
\dv+
\df app.*
\dv app.
\do app.*
\dfnp lower
\dft *
\dft
\da nosuch
\dC boolean
\dd app.*
\ddp
\dL plpgsql
\dx plpgsql
\dx+ plpgsql
\dy
\dAf gin
\dAo gin jsonb_ops
\dAc gist
\dT app.*
\dD app.*
\dO
select count(*) from parent \gset n_
\echo :n_count
-- what psql asks for tab completion
SELECT pg_catalog.quote_ident(c.relname), NULL::text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND (c.relname) LIKE 'pa%' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog') UNION ALL SELECT NULL::text, pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_namespace n WHERE n.nspname LIKE 'pa%' AND n.nspname NOT LIKE E'pg\\_%' LIMIT 1000;
SELECT attname FROM pg_catalog.pg_attribute a, pg_catalog.pg_class c WHERE c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped AND (attname) LIKE 'v%' AND (c.relname) = 'child' AND pg_catalog.pg_table_is_visible(c.oid) LIMIT 1000;
SELECT conname FROM pg_catalog.pg_class c1, pg_catalog.pg_constraint con WHERE c1.oid = conrelid and (conname) LIKE 'ch%' and c1.relname = 'child' AND pg_catalog.pg_table_is_visible(c1.oid) ORDER BY 1 LIMIT 1000;
SELECT nspname FROM pg_catalog.pg_namespace WHERE (nspname) LIKE 'a%' LIMIT 1000;
SELECT pg_catalog.lower(name) FROM pg_catalog.pg_settings WHERE context IN ('user', 'superuser') AND pg_catalog.lower(name) LIKE 'work%' UNION ALL SELECT 'all' WHERE 'all' LIKE 'work%' LIMIT 1000;
SELECT rolname FROM pg_catalog.pg_roles WHERE (rolname) LIKE 'pg_read_all_s%' LIMIT 1000;
SELECT datname FROM pg_catalog.pg_database WHERE datname LIKE 'postg%' LIMIT 1000;
SELECT pg_catalog.quote_ident(t.typname) FROM pg_catalog.pg_type t WHERE (t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid)) AND t.typname !~ '^_' AND (t.typname) LIKE 'int%' AND pg_catalog.pg_type_is_visible(t.oid) ORDER BY 1 LIMIT 1000;
SELECT extname FROM pg_catalog.pg_extension WHERE (extname) LIKE 'p%' LIMIT 1000;
SELECT pg_catalog.quote_ident(c2.relname) FROM pg_catalog.pg_class c1, pg_catalog.pg_class c2, pg_catalog.pg_index i WHERE c1.oid = i.indrelid and i.indexrelid = c2.oid and (c2.relname) LIKE 'child%' and c1.relname = 'child' AND pg_catalog.pg_table_is_visible(c2.oid) ORDER BY 1 LIMIT 1000;
