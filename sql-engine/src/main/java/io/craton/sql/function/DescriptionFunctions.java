package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.RelationRef;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.RoleDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names, visibility and comments of catalog objects: format_type, pg_*_is_visible, to_reg*, obj_description. */
final class DescriptionFunctions {
    private static final int PG_CATALOG = 11;
    /** Built-in relations below this oid are pg_catalog's, those above information_schema's. */
    private static final int INFORMATION_SCHEMA_FIRST = 13_000;

    private DescriptionFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("format_type", (context, call, a) -> a[0] == null ? null : TypeNaming.format((int) (long) (Long) a[0],
                a[1] == null ? TypeNaming.NO_TYPMOD : (int) (long) (Long) a[1], context.catalog(), type -> qualified(context, type)));
        kernels.scalar("pg_table_is_visible", (context, call, a) -> relationVisible(context, (int) (long) (Long) a[0]));
        kernels.scalar("pg_type_is_visible", (context, call, a) -> {
            PgType type = context.catalog().type((int) (long) (Long) a[0]);
            return type == null ? null : (Object) typeVisible(context, type);
        });
        kernels.scalar("pg_function_is_visible", (context, call, a) -> {
            if (BuiltinCatalog.function((int) (long) (Long) a[0]) != null) return context.session().searchPath().contains(PG_CATALOG);
            RoutineDef routine = context.catalog().find(RoutineDef.class, (int) (long) (Long) a[0]);
            return routine == null ? null : (Object) context.session().searchPath().contains(routine.schemaOid());
        });
        for (String kind : new String[] {"operator", "opclass", "opfamily", "collation", "conversion", "ts_parser", "ts_dict",
            "ts_config", "ts_template", "statistics_obj"}) {
            kernels.scalar("pg_" + kind + "_is_visible", (context, call, a) -> builtinVisible(context, (Long) a[0]));
        }
        for (Map.Entry<String, Integer> entry : Map.of("to_regclass", TypeOid.REGCLASS, "to_regtype", TypeOid.REGTYPE, "to_regproc",
                TypeOid.REGPROC, "to_regprocedure", TypeOid.REGPROCEDURE, "to_regoper", TypeOid.REGOPER, "to_regoperator",
                TypeOid.REGOPERATOR, "to_regnamespace", TypeOid.REGNAMESPACE, "to_regrole", TypeOid.REGROLE, "to_regcollation",
                TypeOid.REGCOLLATION).entrySet()) {
            int type = entry.getValue();
            kernels.scalar(entry.getKey(), (context, call, a) -> lookUp(context, type, (String) a[0]));
        }
        kernels.scalar("text_regclass", (context, call, a) -> context.format().names().parse(TypeOid.REGCLASS, (String) a[0]));
        kernels.scalar("pg_get_userbyid", (context, call, a) -> roleName(context, (Long) a[0]));
        kernels.scalar("oidvectortypes", (context, call, a) -> {
            java.util.StringJoiner names = new java.util.StringJoiner(", ");
            for (Object oid : ((io.craton.core.type.PgArray) a[0]).elements()) {
                names.add(TypeNaming.format((int) (long) (Long) oid, TypeNaming.NO_TYPMOD, context.catalog(), type -> qualified(context, type)));
            }
            return names.toString();
        });
        kernels.set("pg_options_to_table", (context, call, a) -> {
            Object[] options = ((io.craton.core.type.PgArray) a[0]).elements();
            return SetFunctions.rows(options.length, i -> {
                String option = (String) options[i];
                int equals = option.indexOf('=');
                return equals < 0 ? new Object[] {option, null} : new Object[] {option.substring(0, equals), option.substring(equals + 1)};
            });
        });
        kernels.scalar("pg_is_other_temp_schema", (context, call, a) -> {
            String name = SessionFunctions.schemaName(context, (int) (long) (Long) a[0]);
            return name.startsWith("pg_temp_") && !context.session().searchPath().contains((int) (long) (Long) a[0]);
        });
        kernels.scalar("sql:1215", (context, call, a) -> comment(context, catalog(context, (String) a[1]), (Long) a[0], 0));
        kernels.scalar("sql:1348", (context, call, a) -> comment(context, 0, (Long) a[0], 0));
        kernels.scalar("sql:1216", (context, call, a) -> comment(context, 1259, (Long) a[0], (Long) a[1]));
        kernels.scalar("sql:1993", (context, call, a) -> comment(context, catalog(context, (String) a[1]), (Long) a[0], 0));
    }

    /** Oid of a system catalog; -1 when there is none such. */
    private static int catalog(ExecContext context, String name) {
        return context.session().names().relation("pg_catalog", name) instanceof RelationRef.Builtin found ? found.table().oid() : -1;
    }

    private static String qualified(ExecContext context, PgType type) {
        return TypeNaming.plain(type, typeVisible(context, type) ? null : SessionFunctions.schemaName(context, type.namespaceOid()), context.format().names());
    }

    private static boolean typeVisible(ExecContext context, PgType type) {
        for (int schema : context.session().searchPath()) {
            PgType found = schema == PG_CATALOG ? PgTypes.find(type.name()) : context.catalog().type(schema, type.name());
            if (found != null) return found.oid() == type.oid();
        }
        return false;
    }

    private static @Nullable Object relationVisible(ExecContext context, int oid) {
        CatalogNames.Relations.Named named = CatalogNames.Relations.find(context.catalog(), oid);
        if (named == null) {
            if (oid <= 0 || oid >= 16384) return null;
            return oid < INFORMATION_SCHEMA_FIRST && context.session().searchPath().contains(PG_CATALOG);
        }
        for (int schema : context.session().searchPath()) {
            CatalogObject found = context.catalog().relation(schema, named.name());
            if (found != null) return found.oid() == oid;
        }
        return false;
    }

    private static @Nullable Object builtinVisible(ExecContext context, long oid) {
        return oid <= 0 || oid >= 16384 ? null : (Object) context.session().searchPath().contains(PG_CATALOG);
    }

    private static @Nullable Object lookUp(ExecContext context, int type, String name) {
        try {
            return context.format().names().parse(type, name);
        } catch (PgException e) {
            if (e.state() == SqlState.INVALID_NAME || e.state() == SqlState.SYNTAX_ERROR || e.state() == SqlState.FEATURE_NOT_SUPPORTED
                    || e.state() == SqlState.INVALID_TEXT_REPRESENTATION) {
                throw e;
            }
            return null;
        }
    }

    private static String roleName(ExecContext context, long oid) {
        RoleDef role = context.catalog().find(RoleDef.class, (int) oid);
        if (role != null) return role.name();
        if (oid == (context.session().currentUserOid() & 0xffffffffL)) return context.session().currentUser();
        return oid == 10 ? "postgres" : "unknown (OID=" + oid + ")";
    }

    /** @param classOid 0 for any class */
    private static @Nullable Object comment(ExecContext context, int classOid, long oid, long subId) {
        boolean shared = classOid == 1262 || classOid == 1260 || classOid == 1213;
        VirtualTable table = context.session().names().builtin("pg_catalog", shared ? "pg_shdescription" : "pg_description");
        Object text = null;
        for (Iterator<Object[]> rows = table.rows(context, 0, oid); rows.hasNext();) {
            Object[] row = rows.next();
            boolean same = row[0].equals(oid) && (shared || row[2].equals(subId)) && (classOid == 0 || row[1].equals((long) classOid));
            if (same) text = row[row.length - 1]; // a user's comment comes after the built-in one
        }
        return text;
    }
}
