package io.craton.server.admin;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of one database as SQL that makes them again, read over SQL from its catalogs: of now, or of a moment (craton.as_of). Owners and rights are no part of
 * it: those of the past are those of now.
 */
record SchemaScript(List<Definition> definitions) {
    /** Reading functions with bodies that name later objects. */
    static final String PREAMBLE = "SET check_function_bodies = false;\nSET client_min_messages = warning;";

    /**
     * One statement.
     *
     * @param object what it makes, as people name it: two scripts are compared by it
     */
    record Definition(String type, @Nullable String schema, @Nullable String table, String object, String sql) {}

    private static final String USERS = "n.nspname <> 'information_schema' and n.nspname !~ '^pg_'";

    /** A query gives type, schema, table, object and statement, in order. */
    private static final List<String> QUERIES = List.of(
            "select 'schema', null, null, quote_ident(n.nspname), 'CREATE SCHEMA ' || quote_ident(n.nspname) || ';' from pg_namespace n where " + USERS
                    + " and n.nspname <> 'public' order by n.oid",
            "select 'extension', null, null, quote_ident(e.extname), 'CREATE EXTENSION ' || quote_ident(e.extname) || ' WITH SCHEMA ' || quote_ident(n.nspname) || ';'"
                    + " from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql' order by e.oid",
            "select 'type', n.nspname, null, format('%I.%I', n.nspname, t.typname), case t.typtype"
                    + " when 'e' then format(E'CREATE TYPE %I.%I AS ENUM (\\n    %s\\n);', n.nspname, t.typname,"
                    + "   (select string_agg(quote_literal(enumlabel), E',\\n    ' order by enumsortorder) from pg_enum where enumtypid = t.oid))"
                    + " when 'd' then format('CREATE DOMAIN %I.%I AS %s%s%s%s;', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),"
                    + "   coalesce(' DEFAULT ' || t.typdefault, ''), case when t.typnotnull then ' NOT NULL' else '' end,"
                    + "   coalesce((select string_agg(format(E'\\n    CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), '' order by oid) from pg_constraint where contypid = t.oid), ''))"
                    + " else format(E'CREATE TYPE %I.%I AS (\\n    %s\\n);', n.nspname, t.typname, (select string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)),"
                    + "   E',\\n    ' order by attnum) from pg_attribute where attrelid = t.typrelid and attnum > 0 and not attisdropped)) end"
                    + " from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid where " + USERS
                    + " and (t.typtype in ('e', 'd') or c.relkind = 'c') and t.oid >= 16384 order by t.oid",
            "select 'sequence', n.nspname, null, format('%I.%I', n.nspname, c.relname), format('CREATE SEQUENCE %I.%I AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s;',"
                    + "   n.nspname, c.relname, format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, case when s.seqcycle then ' CYCLE' else '' end)"
                    + " from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where " + USERS
                    + " and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'i' and d.refclassid = 'pg_class'::regclass) order by c.oid",
            routines(false),
            "select case c.relkind when 'r' then 'table' end, n.nspname, null, format('%I.%I', n.nspname, c.relname), format('CREATE %sTABLE %I.%I%s%s;',"
                    + "   case c.relpersistence when 'u' then 'UNLOGGED ' else '' end, n.nspname, c.relname,"
                    + "   (select case c.reloftype when 0 then format(E' (%s\\n)', all_parts) else format(' OF %s', format_type(c.reloftype, null)) || coalesce(format(E' (%s\\n)', all_parts), '') end"
                    + "    from (select string_agg(part, ',' order by place) as all_parts from (select a.attnum as place, format(E'\\n    %I %s%s%s%s', a.attname, case c.reloftype when 0 then format_type(a.atttypid, a.atttypmod) else 'WITH OPTIONS' end,"
                    + "      coalesce((select format(' COLLATE %I', l.collname) from pg_collation l join pg_type y on y.oid = a.atttypid where l.oid = a.attcollation and a.attcollation <> y.typcollation and c.reloftype = 0), ''),"
                    + "      case when a.attidentity <> '' then format(' GENERATED %s AS IDENTITY%s', case a.attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end,"
                    + "             coalesce((select format(' (START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s)', s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache)"
                    + "                from pg_depend d join pg_sequence s on s.seqrelid = d.objid where d.refobjid = c.oid and d.refobjsubid = a.attnum and d.deptype = 'i'"
                    + "                and (s.seqstart, s.seqincrement, s.seqmin, s.seqcache) <> (1, 1, 1, 1)), ''))"
                    + "           when a.attgenerated <> '' then format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(f.adbin, f.adrelid))"
                    + "           when f.oid is not null then ' DEFAULT ' || pg_get_expr(f.adbin, f.adrelid) else '' end,"
                    + "      case when a.attnotnull then ' NOT NULL' else '' end) as part"
                    + "     from pg_attribute a left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                    + "       and (c.reloftype = 0 or a.attnotnull or f.oid is not null)"
                    + "     union all select 10000 + row_number() over (order by o.oid), format(E'\\n    CONSTRAINT %I %s', o.conname, pg_get_constraintdef(o.oid)) from pg_constraint o"
                    + "       where o.conrelid = c.oid and o.contype = 'c') parts) listed),"
                    + "   coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', ''))"
                    + " from pg_class c join pg_namespace n on n.oid = c.relnamespace where " + USERS + " and c.relkind = 'r' and c.relpersistence <> 't' order by c.oid",
            "select 'sequence owner', n.nspname, null, format('%I.%I', n.nspname, c.relname), format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I;', n.nspname, c.relname, m.nspname, t.relname, a.attname)"
                    + " from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S' join pg_namespace n on n.oid = c.relnamespace join pg_class t on t.oid = d.refobjid"
                    + " join pg_namespace m on m.oid = t.relnamespace join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid where " + USERS
                    + " and d.classid = 'pg_class'::regclass and d.deptype = 'a' and d.refobjsubid > 0 order by c.oid",
            "select 'column options', n.nspname, c.relname, format('%I.%I.%I', n.nspname, c.relname, a.attname),"
                    + " format('ALTER TABLE %I.%I ALTER COLUMN %I SET (%s);', n.nspname, c.relname, a.attname, array_to_string(a.attoptions, ', '))"
                    + " from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where " + USERS
                    + " and c.relkind = 'r' and c.relpersistence <> 't' and a.attnum > 0 and not a.attisdropped and a.attoptions is not null order by c.oid, a.attnum",
            constraints("o.contype in ('p', 'u')"),
            "select 'index', n.nspname, t.relname, format('%I.%I', n.nspname, c.relname), pg_get_indexdef(i.indexrelid) || ';'"
                    + " from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where " + USERS
                    + " and t.relkind = 'r' and t.relpersistence <> 't' and not exists (select 1 from pg_constraint o where o.conindid = i.indexrelid and o.contype in ('p', 'u')) order by c.oid",
            "select case c.relkind when 'm' then 'materialized view' else 'view' end, n.nspname, null, format('%I.%I', n.nspname, c.relname),"
                    + " format(E'CREATE %sVIEW %I.%I AS\\n%s', case c.relkind when 'm' then 'MATERIALIZED ' else '' end, n.nspname, c.relname, pg_get_viewdef(c.oid))"
                    + " from pg_class c join pg_namespace n on n.oid = c.relnamespace where " + USERS + " and c.relkind in ('v', 'm') and c.relpersistence <> 't' order by c.oid",
            "select 'index', n.nspname, t.relname, format('%I.%I', n.nspname, c.relname), pg_get_indexdef(i.indexrelid) || ';'"
                    + " from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where " + USERS
                    + " and t.relkind = 'm' order by c.oid",
            routines(true),
            "select 'aggregate', n.nspname, null, p.oid::regprocedure::text, format('CREATE AGGREGATE %I.%I(%s) (SFUNC = %s, STYPE = %s%s%s%s%s);', n.nspname, p.proname,"
                    + "   coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), case when a.aggkind = 'n' then '*' else '' end), a.aggtransfn::regproc, format_type(a.aggtranstype, null),"
                    + "   coalesce(', FINALFUNC = ' || nullif(a.aggfinalfn, 0)::regproc::text, ''), case when a.aggfinalextra then ', FINALFUNC_EXTRA' else '' end,"
                    + "   coalesce(', INITCOND = ' || quote_literal(a.agginitval), ''), case a.aggkind when 'h' then ', HYPOTHETICAL' else '' end)"
                    + " from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid join pg_namespace n on n.oid = p.pronamespace where " + USERS + " order by p.oid",
            "select 'operator', n.nspname, null, o.oid::regoperator::text, format('CREATE OPERATOR %I.%s (FUNCTION = %s%s%s%s%s);', n.nspname, o.oprname, o.oprcode::regproc,"
                    + "   coalesce(', LEFTARG = ' || format_type(nullif(o.oprleft, 0), null), ''), coalesce(', RIGHTARG = ' || format_type(nullif(o.oprright, 0), null), ''),"
                    + "   coalesce(', COMMUTATOR = OPERATOR(' || (select format('%I.%s', m.nspname, c.oprname) from pg_operator c join pg_namespace m on m.oid = c.oprnamespace where c.oid = o.oprcom) || ')', ''),"
                    + "   coalesce(', NEGATOR = OPERATOR(' || (select format('%I.%s', m.nspname, c.oprname) from pg_operator c join pg_namespace m on m.oid = c.oprnamespace where c.oid = o.oprnegate) || ')', ''))"
                    + " from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where " + USERS + " and o.oprcode <> 0 order by o.oid",
            "select 'cast', null, null, format('%s AS %s', format_type(c.castsource, null), format_type(c.casttarget, null)), format('CREATE CAST (%s AS %s) %s%s;',"
                    + "   format_type(c.castsource, null), format_type(c.casttarget, null),"
                    + "   case c.castmethod when 'f' then 'WITH FUNCTION ' || c.castfunc::regprocedure::text when 'i' then 'WITH INOUT' else 'WITHOUT FUNCTION' end,"
                    + "   case c.castcontext when 'a' then ' AS ASSIGNMENT' when 'i' then ' AS IMPLICIT' else '' end) from pg_cast c where c.oid >= 16384 order by c.oid",
            "select 'trigger', n.nspname, c.relname, format('%I.%I.%I', n.nspname, c.relname, g.tgname), pg_get_triggerdef(g.oid) || ';'"
                    + " from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace where " + USERS + " and not g.tgisinternal order by g.oid",
            constraints("o.contype = 'f'"),
            "select 'comment', n.nspname, null, format('%s %I.%I%s', k.word, n.nspname, c.relname, coalesce('.' || quote_ident(a.attname), '')),"
                    + " format('COMMENT ON %s %I.%I%s IS %L;', k.word, n.nspname, c.relname, coalesce('.' || quote_ident(a.attname), ''), d.description)"
                    + " from pg_description d join pg_class c on c.oid = d.objoid and d.classoid = 'pg_class'::regclass join pg_namespace n on n.oid = c.relnamespace"
                    + " left join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0, lateral (select case when d.objsubid > 0 then 'COLUMN' else case c.relkind"
                    + "   when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' when 'S' then 'SEQUENCE' when 'i' then 'INDEX' else 'TABLE' end end as word) k where " + USERS
                    + " order by c.oid, d.objsubid",
            "select 'comment', n.nspname, null, format('%s %s', k.word, k.name), format('COMMENT ON %s %s IS %L;', k.word, k.name, d.description)"
                    + " from pg_description d join pg_proc p on p.oid = d.objoid and d.classoid = 'pg_proc'::regclass join pg_namespace n on n.oid = p.pronamespace,"
                    + " lateral (select case p.prokind when 'p' then 'PROCEDURE' when 'a' then 'AGGREGATE' else 'FUNCTION' end as word, p.oid::regprocedure::text as name) k where " + USERS
                    + " order by p.oid");

    /** Functions and procedures; those that take or give rows of tables stand behind them. */
    private static String routines(boolean overRows) {
        return "select case p.prokind when 'p' then 'procedure' else 'function' end, n.nspname, null, p.oid::regprocedure::text, pg_get_functiondef(p.oid) || ';'"
                + " from pg_proc p join pg_namespace n on n.oid = p.pronamespace where " + USERS + " and p.prokind in ('f', 'p')"
                + " and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
                + " and " + (overRows ? "" : "not ") + "exists (select 1 from pg_type t join pg_class c on c.oid = t.typrelid and c.relkind <> 'c'"
                + "   where t.oid = p.prorettype or t.oid = any(p.proargtypes::oid[])) order by p.oid";
    }

    private static String constraints(String which) {
        return "select 'constraint', n.nspname, c.relname, format('%I.%I.%I', n.nspname, c.relname, o.conname), format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s;', n.nspname, c.relname, o.conname,"
                + " pg_get_constraintdef(o.oid)) from pg_constraint o join pg_class c on c.oid = o.conrelid join pg_namespace n on n.oid = c.relnamespace where " + USERS
                + " and c.relpersistence <> 't' and " + which + " order by o.oid";
    }

    /** Reads a database; {@code moment} is a value of craton.as_of, empty for now. */
    static SchemaScript read(Connection database, String moment) throws SQLException {
        List<Definition> definitions = new ArrayList<>();
        try (Statement statement = database.createStatement()) {
            statement.execute("set craton.as_of = '" + moment.replace("'", "''") + "'");
            statement.execute("set search_path = ''");
            for (String query : QUERIES) {
                try (ResultSet row = statement.executeQuery(query)) {
                    while (row.next()) definitions.add(new Definition(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)));
                }
            }
        }
        return new SchemaScript(List.copyOf(definitions));
    }

    String sql() {
        StringBuilder sql = new StringBuilder(PREAMBLE).append("\n");
        for (Definition definition : definitions) sql.append('\n').append(definition.sql).append('\n');
        return sql.toString();
    }

    /** What another script has that this one has not, and the other way round. Null on a side where there is nothing. */
    record Change(String type, String object, @Nullable String before, @Nullable String after) {
        String operation() {
            return before == null ? "added" : after == null ? "removed" : "changed";
        }
    }

    List<Change> changesTo(SchemaScript other) {
        Map<String, Definition> own = byObject();
        List<Change> changes = new ArrayList<>();
        other.byObject().forEach((name, after) -> {
            Definition before = own.remove(name);
            if (before == null || !before.sql.equals(after.sql)) changes.add(new Change(after.type, after.object, before == null ? null : before.sql, after.sql));
        });
        own.forEach((name, before) -> changes.add(new Change(before.type, before.object, before.sql, null)));
        return changes;
    }

    private Map<String, Definition> byObject() {
        Map<String, Definition> all = new LinkedHashMap<>();
        for (Definition definition : definitions) all.put(definition.type + " " + definition.object, definition);
        return all;
    }
}
