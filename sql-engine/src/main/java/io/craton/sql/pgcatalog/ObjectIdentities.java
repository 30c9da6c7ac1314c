package io.craton.sql.pgcatalog;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.largeobject.LargeObject;
import io.craton.sql.largeobject.LargeObjects;
import io.craton.sql.function.TypeNaming;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects by the oid of their catalog and their own, as pg_depend names them. For one session's eyes; reads the system catalogs' rows. */
public final class ObjectIdentities {
    private static final int CLASS = 1259;
    private static final int LARGE_OBJECT = 2613;

    /** Objects that have one name: the catalog they stand in, and its column. */
    private record Named(int classOid, String catalog, String column) {}

    private static final Map<String, Named> NAMED = Map.ofEntries(Map.entry("language", new Named(2612, "pg_language", "lanname")),
            Map.entry("database", new Named(1262, "pg_database", "datname")), Map.entry("tablespace", new Named(1213, "pg_tablespace", "spcname")),
            Map.entry("extension", new Named(3079, "pg_extension", "extname")), Map.entry("access method", new Named(2601, "pg_am", "amname")),
            Map.entry("event trigger", new Named(3466, "pg_event_trigger", "evtname")),
            Map.entry("foreign-data wrapper", new Named(2328, "pg_foreign_data_wrapper", "fdwname")),
            Map.entry("server", new Named(1417, "pg_foreign_server", "srvname")), Map.entry("publication", new Named(6104, "pg_publication", "pubname")),
            Map.entry("subscription", new Named(6100, "pg_subscription", "subname")));
    /** Kinds that are told of objects, but that nothing is found by. */
    private static final Set<String> UNADDRESSED = Set.of("toast table", "index column", "sequence column", "toast table column", "view column",
            "materialized view column");

    private final ExecContext context;
    private final CatalogView names;

    public ObjectIdentities(ExecContext context) {
        this.context = context;
        this.names = context.session().names();
    }

    /** A row of a system catalog with its columns by name. */
    private record Row(VirtualTable table, Object[] values) {
        @Nullable Object value(String column) {
            for (int i = 0; i < values.length; i++) if (table.columns().get(i).name().equals(column)) return values[i];
            throw new IllegalArgumentException(table.name() + " has no column " + column);
        }

        String text(String column) {
            return String.valueOf(value(column));
        }

        int oid(String column) {
            return (int) (long) (Long) java.util.Objects.requireNonNull(value(column));
        }

        char letter(String column) {
            return (char) (long) (Long) java.util.Objects.requireNonNull(value(column));
        }
    }

    private @Nullable Row row(String catalog, int oid) {
        VirtualTable table = names.builtin("pg_catalog", catalog);
        long wanted = oid & 0xffffffffL;
        for (Iterator<Object[]> rows = table.rows(context, 0, wanted); rows.hasNext();) {
            Object[] values = rows.next();
            if (values[0].equals(wanted)) return new Row(table, values);
        }
        return null;
    }

    /** Null for an object that is not there; its kind is known all the same ({@link #kind}). */
    public @Nullable ObjectIdentity find(int classOid, int oid, int column) {
        if (classOid == LARGE_OBJECT) {
            LargeObject object = new LargeObjects(context.transaction()).find(oid);
            if (object == null) return null;
            return new ObjectIdentity("large object " + object.number(), "large object", null, null, object.number(), List.of(object.number()), List.of());
        }
        String catalog = catalog(classOid);
        if (column != 0 && classOid != CLASS) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "invalid non-zero objectSubId for object class " + Integer.toUnsignedString(classOid));
        }
        Row row = row(catalog, oid);
        if (row == null) return null;
        return switch (catalog) {
            case "pg_class" -> column == 0 ? relation(row) : column(row, column);
            case "pg_type" -> type(row);
            case "pg_proc" -> routine(row);
            case "pg_constraint" -> constraint(row);
            case "pg_attrdef" -> columnDefault(row);
            case "pg_rewrite" -> onRelation(row, "rule", "rulename", "ev_class");
            case "pg_trigger" -> onRelation(row, "trigger", "tgname", "tgrelid");
            case "pg_policy" -> onRelation(row, "policy", "polname", "polrelid");
            case "pg_namespace" -> plain("schema", row.text("nspname"));
            case "pg_language" -> plain("language", row.text("lanname"));
            case "pg_extension" -> plain("extension", row.text("extname"));
            case "pg_authid" -> plain("role", row.text("rolname"));
            case "pg_database" -> plain("database", row.text("datname"));
            case "pg_tablespace" -> plain("tablespace", row.text("spcname"));
            case "pg_am" -> plain("access method", row.text("amname"));
            case "pg_event_trigger" -> plain("event trigger", row.text("evtname"));
            case "pg_foreign_data_wrapper" -> plain("foreign-data wrapper", row.text("fdwname"));
            case "pg_foreign_server" -> plain("server", row.text("srvname"));
            case "pg_publication" -> plain("publication", row.text("pubname"));
            case "pg_subscription" -> plain("subscription", row.text("subname"));
            case "pg_collation" -> inSchema("collation", row.text("collname"), row.oid("collnamespace"));
            case "pg_conversion" -> inSchema("conversion", row.text("conname"), row.oid("connamespace"));
            case "pg_ts_config" -> inSchema("text search configuration", row.text("cfgname"), row.oid("cfgnamespace"));
            case "pg_ts_dict" -> inSchema("text search dictionary", row.text("dictname"), row.oid("dictnamespace"));
            case "pg_ts_parser" -> inSchema("text search parser", row.text("prsname"), row.oid("prsnamespace"));
            case "pg_ts_template" -> inSchema("text search template", row.text("tmplname"), row.oid("tmplnamespace"));
            case "pg_statistic_ext" -> inSchema("statistics object", row.text("stxname"), row.oid("stxnamespace"));
            case "pg_operator" -> operator(row);
            case "pg_opclass" -> ofMethod(row, "operator class", "opcname", "opcnamespace", "opcmethod");
            case "pg_opfamily" -> ofMethod(row, "operator family", "opfname", "opfnamespace", "opfmethod");
            case "pg_cast" -> cast(row);
            case "pg_default_acl" -> defaultPrivileges(row);
            default -> throw PgException.notSupported("describing objects of " + catalog);
        };
    }

    /** The catalog with this oid, which must be one of objects. */
    private String catalog(int classOid) {
        VirtualTable table = names.builtin(classOid);
        if (table == null || !table.columns().getFirst().name().equals("oid")) {
            throw new PgException(SqlState.INTERNAL_ERROR, "unrecognized class ID: " + Integer.toUnsignedString(classOid));
        }
        return table.name();
    }

    /** What objects of a catalog are called when the object itself is not there. */
    public String kind(int classOid, int column) {
        if (classOid == LARGE_OBJECT) return "large object";
        return switch (catalog(classOid)) {
            case "pg_class" -> column == 0 ? "relation" : "table column";
            case "pg_type" -> "type";
            case "pg_proc" -> "routine";
            case "pg_constraint" -> "constraint";
            case "pg_attrdef" -> "default value";
            case "pg_rewrite" -> "rule";
            case "pg_trigger" -> "trigger";
            case "pg_namespace" -> "schema";
            case "pg_authid" -> "role";
            case "pg_am" -> "access method";
            case "pg_opclass" -> "operator class";
            case "pg_opfamily" -> "operator family";
            case "pg_amop" -> "operator of access method";
            case "pg_amproc" -> "function of access method";
            case "pg_foreign_server" -> "server";
            case "pg_foreign_data_wrapper" -> "foreign-data wrapper";
            case "pg_statistic_ext" -> "statistics object";
            case "pg_ts_config" -> "text search configuration";
            case "pg_ts_dict" -> "text search dictionary";
            case "pg_ts_parser" -> "text search parser";
            case "pg_ts_template" -> "text search template";
            case "pg_publication_rel" -> "publication relation";
            case "pg_publication_namespace" -> "publication namespace";
            default -> catalog(classOid).substring(3).replace('_', ' ');
        };
    }

    // ---- names -----------------------------------------------------------------------------------------------------

    private String identifier(String name) {
        return context.format().names().identifier(name);
    }

    private String quoted(String... parts) {
        List<String> quoted = new ArrayList<>();
        for (String part : parts) quoted.add(identifier(part));
        return String.join(".", quoted);
    }

    private String schema(int oid) {
        return names.schemaName(oid);
    }

    private String visible(int regType, int oid) {
        return context.format().names().print(regType, oid & 0xffffffffL);
    }

    private String qualifiedType(int oid) {
        if (oid == TypeOid.ANY) return "pg_catalog.\"any\"";
        if (oid == TypeOid.CHAR) return "pg_catalog.\"char\"";
        return TypeNaming.format(oid, TypeNaming.NO_TYPMOD, names, type -> quoted(schema(type.namespaceOid()), type.name()));
    }

    private ObjectIdentity plain(String type, String name) {
        String quoted = identifier(name);
        boolean bare = type.equals("database") || type.equals("role") || type.equals("schema") || type.equals("language") || type.equals("extension")
                || type.equals("tablespace") || type.equals("access method");
        return new ObjectIdentity(type + " " + (bare ? name : quoted), type, null, quoted, quoted, List.of(name), List.of());
    }

    private ObjectIdentity inSchema(String type, String name, int schemaOid) {
        String schema = schema(schemaOid);
        String shown = names.searchPath().contains(schemaOid) ? identifier(name) : quoted(schema, name);
        return new ObjectIdentity(type + " " + shown, type, identifier(schema), identifier(name), quoted(schema, name),
                List.of(schema, name), List.of());
    }

    // ---- relations and what belongs to them ------------------------------------------------------------------------

    private static String relationKind(char kind) {
        return switch (kind) {
            case 'i', 'I' -> "index";
            case 'S' -> "sequence";
            case 't' -> "toast table";
            case 'v' -> "view";
            case 'm' -> "materialized view";
            case 'c' -> "composite type";
            case 'f' -> "foreign table";
            default -> "table";
        };
    }

    private ObjectIdentity relation(Row row) {
        String schema = schema(row.oid("relnamespace"));
        String name = row.text("relname");
        String kind = relationKind(row.letter("relkind"));
        return new ObjectIdentity(kind + " " + visible(TypeOid.REGCLASS, row.oid("oid")), kind, identifier(schema), identifier(name),
                quoted(schema, name), List.of(schema, name), List.of());
    }

    private @Nullable ObjectIdentity column(Row relation, int number) {
        ObjectIdentity table = relation(relation);
        VirtualTable attributes = names.builtin("pg_catalog", "pg_attribute");
        for (Iterator<Object[]> rows = attributes.rows(context, 0, relation.values[0]); rows.hasNext();) {
            Row row = new Row(attributes, rows.next());
            if (!row.values[0].equals(relation.values[0]) || row.oid("attnum") != number) continue;
            String name = row.text("attname");
            return new ObjectIdentity("column " + name + " of " + table.description(), table.type() + " column", table.schema(), table.name(),
                    table.identity() + "." + identifier(name), List.of(table.names().get(0), table.names().get(1), name), List.of());
        }
        return null;
    }

    private ObjectIdentity onRelation(Row row, String type, String nameColumn, String relationColumn) {
        ObjectIdentity table = java.util.Objects.requireNonNull(find(CLASS, row.oid(relationColumn), 0));
        String name = row.text(nameColumn);
        return new ObjectIdentity(type + " " + name + " on " + table.description(), type, null, null,
                identifier(name) + " on " + table.identity(), List.of(table.names().get(0), table.names().get(1), name), List.of());
    }

    private ObjectIdentity columnDefault(Row row) {
        ObjectIdentity column = java.util.Objects.requireNonNull(find(CLASS, row.oid("adrelid"), row.oid("adnum")));
        return new ObjectIdentity("default value for " + column.description(), "default value", null, null, "for " + column.identity(), column.names(),
                List.of());
    }

    private ObjectIdentity constraint(Row row) {
        String name = row.text("conname");
        String schema = identifier(schema(row.oid("connamespace")));
        if (row.oid("conrelid") != 0) {
            ObjectIdentity table = java.util.Objects.requireNonNull(find(CLASS, row.oid("conrelid"), 0));
            return new ObjectIdentity("constraint " + name + " on " + table.description(), "table constraint", schema, null,
                    identifier(name) + " on " + table.identity(), List.of(table.names().get(0), table.names().get(1), name), List.of());
        }
        String domain = qualifiedType(row.oid("contypid"));
        return new ObjectIdentity("constraint " + name, "domain constraint", schema, null, identifier(name) + " on " + domain,
                List.of(domain), List.of(name));
    }

    // ---- types, routines, operators --------------------------------------------------------------------------------

    private ObjectIdentity type(Row row) {
        String qualified = qualifiedType(row.oid("oid"));
        return new ObjectIdentity("type " + visible(TypeOid.REGTYPE, row.oid("oid")), "type", identifier(schema(row.oid("typnamespace"))),
                identifier(row.text("typname")), qualified, List.of(qualified), List.of());
    }

    private ObjectIdentity routine(Row row) {
        String kind = switch (row.letter("prokind")) {
            case 'a' -> "aggregate";
            case 'p' -> "procedure";
            default -> "function";
        };
        String schema = schema(row.oid("pronamespace"));
        String name = row.text("proname");
        List<String> arguments = new ArrayList<>();
        for (Object type : ((PgArray) java.util.Objects.requireNonNull(row.value("proargtypes"))).elements()) {
            arguments.add(qualifiedType((int) (long) (Long) type));
        }
        return new ObjectIdentity("function " + visible(TypeOid.REGPROCEDURE, row.oid("oid")), kind, identifier(schema), null,
                quoted(schema, name) + "(" + String.join(",", arguments) + ")", List.of(schema, name), arguments);
    }

    private ObjectIdentity operator(Row row) {
        String schema = schema(row.oid("oprnamespace"));
        String name = row.text("oprname");
        List<String> arguments = new ArrayList<>();
        for (String side : List.of("oprleft", "oprright")) arguments.add(row.oid(side) == 0 ? "NONE" : qualifiedType(row.oid(side)));
        return new ObjectIdentity("operator " + visible(TypeOid.REGOPERATOR, row.oid("oid")), "operator", identifier(schema), null,
                identifier(schema) + "." + name + "(" + String.join(",", arguments) + ")", List.of(schema, name), arguments);
    }

    private ObjectIdentity ofMethod(Row row, String type, String nameColumn, String schemaColumn, String methodColumn) {
        String schema = schema(row.oid(schemaColumn));
        String name = row.text(nameColumn);
        String method = java.util.Objects.requireNonNull(row("pg_am", row.oid(methodColumn))).text("amname");
        return new ObjectIdentity(type + " " + identifier(name) + " for access method " + method, type, identifier(schema),
                identifier(name), quoted(schema, name) + " USING " + identifier(method), List.of(method, schema, name), List.of());
    }

    private ObjectIdentity cast(Row row) {
        String source = qualifiedType(row.oid("castsource"));
        String target = qualifiedType(row.oid("casttarget"));
        return new ObjectIdentity("cast from " + visible(TypeOid.REGTYPE, row.oid("castsource")) + " to "
                + visible(TypeOid.REGTYPE, row.oid("casttarget")), "cast", null, null, "(" + source + " AS " + target + ")", List.of(source),
                List.of(target));
    }

    private ObjectIdentity defaultPrivileges(Row row) {
        String role = java.util.Objects.requireNonNull(row("pg_authid", row.oid("defaclrole"))).text("rolname");
        String what = switch (row.letter("defaclobjtype")) {
            case 'r' -> "tables";
            case 'S' -> "sequences";
            case 'f' -> "functions";
            case 'T' -> "types";
            default -> "schemas";
        };
        String schema = row.oid("defaclnamespace") == 0 ? null : schema(row.oid("defaclnamespace"));
        List<String> where = new ArrayList<>(List.of(role));
        if (schema != null) where.add(schema);
        return new ObjectIdentity("default privileges on new " + (what.equals("tables") ? "relations" : what) + " belonging to role " + role
                + (schema == null ? "" : " in schema " + schema), "default acl", null, null,
                "for role " + identifier(role) + (schema == null ? "" : " in schema " + identifier(schema)) + " on " + what, where,
                List.of(String.valueOf(row.letter("defaclobjtype"))));
    }

    // ---- addresses -------------------------------------------------------------------------------------------------

    /** pg_get_object_address: catalog, oid and column of what is named. */
    public Object[] address(String type, List<String> parts, List<String> arguments) {
        if (parts.stream().anyMatch(java.util.Objects::isNull) || arguments.stream().anyMatch(java.util.Objects::isNull)) {
            throw invalid("name or argument lists may not contain nulls");
        }
        if (UNADDRESSED.contains(type)) throw invalid("unsupported object type \"" + type + "\"");
        Named named = NAMED.get(type);
        if (named != null) return address(named.classOid, named(type, named, one(parts)), 0);
        if (parts.isEmpty()) throw invalid("name list length must be at least 1");
        return switch (type) {
            case "table", "view", "materialized view", "sequence", "index", "composite type", "foreign table" -> address(CLASS, relation(type, parts), 0);
            case "table column" -> {
                int relation = relation(type.substring(0, type.length() - " column".length()), parts.subList(0, parts.size() - 1));
                yield address(CLASS, relation, columnNumber(relation, parts.getLast(), parts));
            }
            case "schema" -> address(2615, parse(TypeOid.REGNAMESPACE, quoted(one(parts))), 0);
            case "role" -> address(1260, parse(TypeOid.REGROLE, quoted(one(parts))), 0);
            case "large object" -> address(LARGE_OBJECT, (int) (long) (Long) TypeCodecs.fromText(PgTypes.OID, one(parts), -1, context.format()), 0);
            case "type", "domain" -> address(1247, parse(TypeOid.REGTYPE, one(parts)), 0);
            case "function", "aggregate", "procedure", "routine" -> address(1255,
                    parse(TypeOid.REGPROCEDURE, quoted(parts.toArray(String[]::new)) + "(" + String.join(",", arguments) + ")"), 0);
            case "operator" -> address(2617, parse(TypeOid.REGOPERATOR, String.join(".", parts) + "(" + String.join(",", arguments) + ")"), 0);
            case "collation" -> address(3456, parse(TypeOid.REGCOLLATION, quoted(parts.toArray(String[]::new))), 0);
            default -> throw invalid("unrecognized object type \"" + type + "\"");
        };
    }

    private static Object[] address(int classOid, int oid, int column) {
        return new Object[] {classOid & 0xffffffffL, oid & 0xffffffffL, (long) column};
    }

    private int parse(int regType, String name) {
        return (int) context.format().names().parse(regType, name);
    }

    private static String one(List<String> parts) {
        if (parts.size() != 1) throw invalid("name list length must be exactly 1");
        return parts.getFirst();
    }

    private static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, message);
    }

    private int named(String type, Named named, String name) {
        VirtualTable table = names.builtin("pg_catalog", named.catalog);
        for (Iterator<Object[]> rows = table.rows(context); rows.hasNext();) {
            Row row = new Row(table, rows.next());
            if (row.text(named.column).equals(name)) return row.oid("oid");
        }
        throw new PgException(type.equals("database") ? SqlState.UNDEFINED_DATABASE : SqlState.UNDEFINED_OBJECT, type + " \"" + name + "\" does not exist");
    }

    private int relation(String type, List<String> parts) {
        int oid = parse(TypeOid.REGCLASS, quoted(parts.toArray(String[]::new)));
        ObjectIdentity found = java.util.Objects.requireNonNull(find(CLASS, oid, 0));
        if (!found.type().equals(type)) {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + parts.getLast() + "\" is not "
                    + (type.equals("index") ? "an " : "a ") + type);
        }
        return oid;
    }

    private int columnNumber(int relation, String name, List<String> parts) {
        VirtualTable attributes = names.builtin("pg_catalog", "pg_attribute");
        for (Iterator<Object[]> rows = attributes.rows(context, 0, relation & 0xffffffffL); rows.hasNext();) {
            Row row = new Row(attributes, rows.next());
            if (row.values[0].equals(relation & 0xffffffffL) && row.text("attname").equals(name)) return row.oid("attnum");
        }
        throw new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + name + "\" of relation \"" + String.join(".", parts.subList(0, parts.size() - 1))
                + "\" does not exist");
    }
}
