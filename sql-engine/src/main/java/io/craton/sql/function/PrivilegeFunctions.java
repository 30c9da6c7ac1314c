package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** has_*_privilege and pg_has_role in all their forms: the user by name, by oid or the current one; the object by name or oid. */
final class PrivilegeFunctions {
    private static final Map<String, Character> LETTERS = Map.ofEntries(Map.entry("SELECT", 'r'), Map.entry("INSERT", 'a'),
            Map.entry("UPDATE", 'w'), Map.entry("DELETE", 'd'), Map.entry("TRUNCATE", 'D'), Map.entry("REFERENCES", 'x'),
            Map.entry("TRIGGER", 't'), Map.entry("USAGE", 'U'), Map.entry("CREATE", 'C'), Map.entry("CONNECT", 'c'),
            Map.entry("TEMPORARY", 'T'), Map.entry("TEMP", 'T'), Map.entry("EXECUTE", 'X'), Map.entry("SET", 's'),
            Map.entry("ALTER SYSTEM", 'A'));

    private PrivilegeFunctions() {}

    /** An object's owner and ACL; {@code null} for one that does not exist by its oid. */
    private record Target(int owner, @Nullable String acl) {}

    private interface Finder {
        @Nullable Target find(ExecContext context, Object nameOrOid);
    }

    private record Kind(String name, char type, List<String> privileges, Finder finder) {}

    static void register(Kernels kernels) {
        List<Kind> kinds = List.of(
                new Kind("table", 'r', List.of("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"),
                        PrivilegeFunctions::relation),
                new Kind("any_column", 'r', List.of("SELECT", "INSERT", "UPDATE", "REFERENCES"), PrivilegeFunctions::relation),
                new Kind("sequence", 'S', List.of("USAGE", "SELECT", "UPDATE"), PrivilegeFunctions::relation),
                new Kind("schema", 'n', List.of("CREATE", "USAGE"), PrivilegeFunctions::schema),
                new Kind("database", 'd', List.of("CREATE", "TEMPORARY", "TEMP", "CONNECT"), PrivilegeFunctions::database),
                new Kind("function", 'f', List.of("EXECUTE"), PrivilegeFunctions::function),
                new Kind("type", 'T', List.of("USAGE"), PrivilegeFunctions::type),
                new Kind("language", 'l', List.of("USAGE"), (context, object) -> new Target(10, null)),
                new Kind("tablespace", 't', List.of("CREATE"), (context, object) -> new Target(10, null)));
        for (Kind kind : kinds) {
            for (String form : new String[] {"name_name", "name_id", "id_name", "id_id", "name", "id"}) {
                String source = "has_" + kind.name + "_privilege_" + form;
                boolean withUser = form.contains("_");
                kernels.scalar(source, (context, call, a) -> {
                    int role = withUser ? user(context, a[0]) : context.session().currentUserOid();
                    return check(context, kind, role, a[withUser ? 1 : 0], (String) a[withUser ? 2 : 1]);
                });
            }
        }
        columns(kernels, kinds.getFirst());
        roles(kernels);
    }

    private static int user(ExecContext context, Object nameOrOid) {
        return nameOrOid instanceof String name ? Privileges.role(context, name) : (int) (long) (Long) nameOrOid;
    }

    private static @Nullable Object check(ExecContext context, Kind kind, int role, Object object, String privileges) {
        String letters = letters(privileges, kind.privileges);
        Target target = kind.finder.find(context, object);
        return target == null ? null : Privileges.any(context, role, target.owner, target.acl, letters, kind.type);
    }

    private static String letters(String list, List<String> allowed) {
        StringBuilder letters = new StringBuilder();
        for (String part : list.split(",", -1)) {
            String name = part.trim().toUpperCase(Locale.ROOT);
            boolean grant = name.endsWith(" WITH GRANT OPTION");
            String plain = grant ? name.substring(0, name.length() - " WITH GRANT OPTION".length()) : name;
            if (!allowed.contains(plain)) {
                throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "unrecognized privilege type: \"" + part.trim() + "\"");
            }
            letters.append(LETTERS.get(plain));
            if (grant) letters.append('*');
        }
        return letters.toString();
    }

    private static int oid(ExecContext context, int regType, Object nameOrOid) {
        return (int) (nameOrOid instanceof String name ? context.format().names().parse(regType, name) : (Long) nameOrOid);
    }

    private static @Nullable Target relation(ExecContext context, Object object) {
        int oid = oid(context, TypeOid.REGCLASS, object);
        CatalogNames.Relations.Named named = CatalogNames.Relations.find(context.catalog(), oid);
        if (named != null) return new Target(named.owner(), named.acl());
        return oid > 0 && oid < 16384 ? new Target(10, "{=r/postgres}") : null;
    }

    private static @Nullable Target schema(ExecContext context, Object object) {
        if (object instanceof String name && (name.equals("pg_catalog") || name.equals("information_schema"))) {
            return new Target(10, "{=U/postgres}");
        }
        SchemaDef schema = object instanceof String name ? context.catalog().schema(name)
                : context.catalog().find(SchemaDef.class, (int) (long) (Long) object);
        if (schema != null) return new Target(schema.owner(), schema.acl());
        if (object instanceof String name) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name + "\" does not exist");
        return (Long) object == 11 ? new Target(10, "{=U/postgres}") : null;
    }

    private static @Nullable Target database(ExecContext context, Object object) {
        for (DatabaseDef database : context.catalog().all(DatabaseDef.class)) {
            if (object instanceof String name ? database.name().equals(name) : (Long) object == (database.oid() & 0xffffffffL)) {
                return new Target(database.owner(), database.acl());
            }
        }
        boolean current = object instanceof String name ? name.equals(context.session().database())
                : (Long) object == (context.session().databaseOid() & 0xffffffffL);
        if (current) return new Target(10, null);
        if (object instanceof String name) {
            throw new PgException(SqlState.UNDEFINED_DATABASE, "database \"" + name + "\" does not exist");
        }
        return null;
    }

    private static @Nullable Target function(ExecContext context, Object object) {
        int oid = oid(context, TypeOid.REGPROCEDURE, object);
        if (BuiltinCatalog.function(oid) != null) return new Target(10, null);
        RoutineDef routine = context.catalog().find(RoutineDef.class, oid);
        return routine == null ? null : new Target(routine.owner(), routine.acl());
    }

    private static @Nullable Target type(ExecContext context, Object object) {
        int oid = oid(context, TypeOid.REGTYPE, object);
        TypeDef own = context.catalog().find(TypeDef.class, oid);
        if (own != null) return new Target(own.type().ownerOid(), own.acl());
        PgType type = context.catalog().type(oid);
        return type == null ? null : new Target(type.ownerOid(), null);
    }

    // ---- columns ---------------------------------------------------------------------------------------------------

    private static void columns(Kernels kernels, Kind table) {
        List<String> privileges = List.of("SELECT", "INSERT", "UPDATE", "REFERENCES");
        for (String user : new String[] {"name_", "id_", ""}) {
            for (String relation : new String[] {"name", "id"}) {
                for (String column : new String[] {"name", "attnum"}) {
                    int first = user.isEmpty() ? 0 : 1;
                    kernels.scalar("has_column_privilege_" + user + relation + "_" + column, (context, call, a) -> {
                        int role = first == 1 ? user(context, a[0]) : context.session().currentUserOid();
                        return column(context, role, table, a[first], a[first + 1], letters((String) a[first + 2], privileges));
                    });
                }
            }
        }
    }

    private static @Nullable Object column(ExecContext context, int role, Kind kind, Object relation, Object column, String letters) {
        Target target = kind.finder.find(context, relation);
        if (target == null) return null;
        TableDef table = context.catalog().table(oid(context, TypeOid.REGCLASS, relation));
        ColumnDef def = null;
        if (table != null) {
            if (column instanceof String name) {
                def = table.column(name);
                if (def == null) {
                    throw new PgException(SqlState.UNDEFINED_COLUMN,
                            "column \"" + name + "\" of relation \"" + table.name() + "\" does not exist");
                }
            } else {
                long number = (Long) column;
                if (number < 1 || number > table.columns().size() || table.column((int) number).dropped()) return null;
                def = table.column((int) number);
            }
        }
        return Privileges.any(context, role, target.owner, target.acl, letters, kind.type)
                || def != null && def.acl() != null && Privileges.any(context, role, target.owner, def.acl(), letters, kind.type);
    }

    // ---- roles -----------------------------------------------------------------------------------------------------

    private static void roles(Kernels kernels) {
        for (String form : new String[] {"name_name", "name_id", "id_name", "id_id", "name", "id"}) {
            boolean withUser = form.contains("_");
            kernels.scalar("pg_has_role_" + form, (context, call, a) -> {
                int member = withUser ? user(context, a[0]) : context.session().currentUserOid();
                int role = user(context, a[withUser ? 1 : 0]);
                letters(((String) a[withUser ? 2 : 1]).toUpperCase(Locale.ROOT).replace("MEMBER", "USAGE")
                        .replace("ADMIN OPTION", "GRANT OPTION"), List.of("USAGE"));
                return Privileges.superuser(context, member) || Privileges.rolesOf(context.catalog(), member).contains(role);
            });
        }
    }
}
