package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.pgcatalog.BuiltinRights;
import io.craton.sql.pgcatalog.Languages;
import io.craton.sql.pgcatalog.VirtualTable;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.DatabaseDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** has_*_privilege and pg_has_role in all their forms: the user by name, by oid or the current one; the object by name or oid. */
final class PrivilegeFunctions {
    private static final Map<String, Character> LETTERS = Map.ofEntries(Map.entry("SELECT", 'r'), Map.entry("INSERT", 'a'),
            Map.entry("UPDATE", 'w'), Map.entry("DELETE", 'd'), Map.entry("TRUNCATE", 'D'), Map.entry("REFERENCES", 'x'),
            Map.entry("TRIGGER", 't'), Map.entry("USAGE", 'U'), Map.entry("CREATE", 'C'), Map.entry("CONNECT", 'c'),
            Map.entry("TEMPORARY", 'T'), Map.entry("TEMP", 'T'), Map.entry("EXECUTE", 'X'), Map.entry("SET", 's'),
            Map.entry("ALTER SYSTEM", 'A'));

    private static final List<String> COLUMN_PRIVILEGES = List.of("SELECT", "INSERT", "UPDATE", "REFERENCES");
    private static final int POSTGRES = 10;
    private static final Map<String, Integer> TABLESPACES = Map.of("pg_default", 1663, "pg_global", 1664);

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
                new Kind("any_column", 'r', COLUMN_PRIVILEGES, PrivilegeFunctions::relation),
                new Kind("sequence", 'S', List.of("USAGE", "SELECT", "UPDATE"), PrivilegeFunctions::sequence),
                new Kind("schema", 'n', List.of("CREATE", "USAGE"), PrivilegeFunctions::schema),
                new Kind("database", 'd', List.of("CREATE", "TEMPORARY", "TEMP", "CONNECT"), PrivilegeFunctions::database),
                new Kind("function", 'f', List.of("EXECUTE"), PrivilegeFunctions::function),
                new Kind("type", 'T', List.of("USAGE"), PrivilegeFunctions::type),
                new Kind("language", 'l', List.of("USAGE"), PrivilegeFunctions::language),
                new Kind("tablespace", 't', List.of("CREATE"), PrivilegeFunctions::tablespace));
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
        if (target == null) return null;
        if (Privileges.any(context, role, target.owner, target.acl, letters, kind.type)) return true;
        return kind.name.equals("any_column") && anyColumn(context, role, target, context.catalog().table(oid(context, TypeOid.REGCLASS, object)), letters);
    }

    private static boolean anyColumn(ExecContext context, int role, Target target, @Nullable TableDef table, String letters) {
        if (table == null) return false;
        for (ColumnDef column : table.columns()) {
            boolean seen = !column.dropped() && !column.hidden() && column.acl() != null;
            if (seen && Privileges.any(context, role, target.owner, column.acl(), letters, 'c')) return true;
        }
        return false;
    }

    private static String letters(String list, List<String> allowed) {
        StringBuilder letters = new StringBuilder();
        for (String part : list.split(",", -1)) {
            String name = part.trim().toUpperCase(Locale.ROOT);
            boolean grant = name.endsWith(" WITH GRANT OPTION");
            String plain = grant ? name.substring(0, name.length() - " WITH GRANT OPTION".length()) : name;
            if (!allowed.contains(plain)) {
                throw unrecognized(part.trim());
            }
            letters.append(LETTERS.get(plain));
            if (grant) letters.append('*');
        }
        return letters.toString();
    }

    private static PgException unrecognized(String privilege) {
        return new PgException(SqlState.INVALID_PARAMETER_VALUE, "unrecognized privilege type: \"" + privilege + "\"");
    }

    private static int oid(ExecContext context, int regType, Object nameOrOid) {
        return (int) (nameOrOid instanceof String name ? context.format().names().parse(regType, name) : (Long) nameOrOid);
    }

    private static @Nullable Target relation(ExecContext context, Object object) {
        int oid = oid(context, TypeOid.REGCLASS, object);
        CatalogNames.Relations.Named named = CatalogNames.Relations.find(context.catalog(), oid);
        if (named != null) return new Target(named.owner(), named.acl());
        VirtualTable system = context.session().names().builtin(oid);
        return system == null ? null : new Target(POSTGRES, system.acl(0) == null ? "{=r/#10}" : system.acl(0));
    }

    private static @Nullable Target sequence(ExecContext context, Object object) {
        int oid = oid(context, TypeOid.REGCLASS, object);
        if (context.catalog().find(SequenceDef.class, oid) != null) return relation(context, object);
        CatalogNames.Relations.Named other = CatalogNames.Relations.find(context.catalog(), oid);
        VirtualTable system = other == null ? context.session().names().builtin(oid) : null;
        if (other == null && system == null) return null;
        throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + (other != null ? other.name() : system.name()) + "\" is not a sequence");
    }

    private static @Nullable Target language(ExecContext context, Object object) {
        String name = object instanceof Long oid ? Languages.name(oid) : (String) object;
        return name.isEmpty() && object instanceof Long ? null : new Target(POSTGRES, Languages.rights(name, context.catalog()).acl());
    }

    private static @Nullable Target tablespace(ExecContext context, Object object) {
        if (object instanceof Long oid) return TABLESPACES.containsValue((int) (long) oid) ? new Target(POSTGRES, null) : null;
        if (!TABLESPACES.containsKey((String) object)) throw new PgException(SqlState.UNDEFINED_OBJECT, "tablespace \"" + object + "\" does not exist");
        return new Target(POSTGRES, null);
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
        if (BuiltinCatalog.function(oid) != null) return new Target(POSTGRES, BuiltinRights.ofFunction(oid, context.catalog()).acl());
        RoutineDef routine = context.catalog().find(RoutineDef.class, oid);
        return routine == null ? null : new Target(routine.owner(), routine.acl());
    }

    private static @Nullable Target type(ExecContext context, Object object) {
        int oid = oid(context, TypeOid.REGTYPE, object);
        PgType array = context.catalog().type(oid);
        if (array != null && array.isArray() && array.elementOid() >= 16384) oid = array.elementOid();
        TypeDef own = context.catalog().find(TypeDef.class, oid);
        if (own != null) return new Target(own.type().ownerOid(), own.acl());
        PgType type = context.catalog().type(oid);
        return type == null ? null : new Target(type.ownerOid(), null);
    }

    // ---- columns ---------------------------------------------------------------------------------------------------

    private static void columns(Kernels kernels, Kind table) {
        for (String user : new String[] {"name_", "id_", ""}) {
            for (String relation : new String[] {"name", "id"}) {
                for (String column : new String[] {"name", "attnum"}) {
                    int first = user.isEmpty() ? 0 : 1;
                    kernels.scalar("has_column_privilege_" + user + relation + "_" + column, (context, call, a) -> {
                        int role = first == 1 ? user(context, a[0]) : context.session().currentUserOid();
                        return column(context, role, table, a[first], a[first + 1], letters((String) a[first + 2], COLUMN_PRIVILEGES));
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
                if (def == null && table.columns().stream().anyMatch(c -> c.dropped() && name.equals("........pg.dropped." + c.number() + "........"))) return null;
                if (def == null) throw missing(name, table.name());
            } else {
                long number = (Long) column;
                if (number < 1 || number > table.columns().size() || table.column((int) number).dropped()) return null;
                def = table.column((int) number);
            }
        }
        VirtualTable system = table == null ? context.session().names().builtin(oid(context, TypeOid.REGCLASS, relation)) : null;
        if (system != null) {
            List<VirtualTable.Column> columns = system.columns();
            if (column instanceof String name && columns.stream().noneMatch(c -> c.name().equals(name))) throw missing(name, system.name());
            if (column instanceof Long number && (number < 1 || number > columns.size())) return null;
        }
        return Privileges.any(context, role, target.owner, target.acl, letters, kind.type)
                || def != null && def.acl() != null && Privileges.any(context, role, target.owner, def.acl(), letters, kind.type);
    }

    private static PgException missing(String column, String relation) {
        return new PgException(SqlState.UNDEFINED_COLUMN, "column \"" + column + "\" of relation \"" + relation + "\" does not exist");
    }

    // ---- roles -----------------------------------------------------------------------------------------------------

    private static void roles(Kernels kernels) {
        for (String form : new String[] {"name_name", "name_id", "id_name", "id_id", "name", "id"}) {
            boolean withUser = form.contains("_");
            kernels.scalar("pg_has_role_" + form, (context, call, a) -> {
                int member = withUser ? user(context, a[0]) : context.session().currentUserOid();
                int role = user(context, a[withUser ? 1 : 0]);
                return hasRole(context, member, role, (String) a[withUser ? 2 : 1]);
            });
        }
    }

    /** Any of the listed: the membership (SET ROLE), its privileges, or the right to give it on. */
    private static boolean hasRole(ExecContext context, int member, int role, String list) {
        Memberships memberships = Memberships.of(context);
        boolean result = false;
        for (String part : list.split(",", -1)) {
            String name = part.trim().toUpperCase(Locale.ROOT);
            Set<Integer> roles = switch (name) {
                case "USAGE" -> memberships.privilegesOf(member);
                case "MEMBER" -> memberships.rolesOf(member);
                case "USAGE WITH GRANT OPTION", "USAGE WITH ADMIN OPTION", "MEMBER WITH GRANT OPTION", "MEMBER WITH ADMIN OPTION" ->
                        memberships.admin(member, role) ? Set.of(role) : Set.of();
                default -> throw unrecognized(part.trim());
            };
            result |= roles.contains(role);
        }
        return result || Privileges.superuser(context, member);
    }
}
