package io.craton.sql.pgcatalog;

import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An extension that CREATE EXTENSION can make: a script of definitions beside this class. What has one of its members' names in the extension's schema is the
 * extension's.
 *
 * @param kernels built-in code that its functions stand for
 * @param privileges what its script grants of its members, O for the owner
 */
public record Extension(String name, String version, String comment, Set<String> functions, Set<String> views, Set<String> kernels,
        Map<String, String> privileges) {
    private static final List<Extension> ALL = List.of(new Extension("pg_stat_statements", "1.10",
            "track planning and execution statistics of all SQL statements executed",
            Set.of("pg_stat_statements", "pg_stat_statements_info", "pg_stat_statements_reset"), Set.of("pg_stat_statements", "pg_stat_statements_info"),
            Set.of("pg_stat_statements_1_10", "pg_stat_statements_info", "pg_stat_statements_reset_1_7"),
            Map.of("pg_stat_statements", "{O=arwdDxt/O,=r/O}", "pg_stat_statements_info", "{O=arwdDxt/O,=r/O}", "pg_stat_statements_reset", "{O=X/O}")));

    public static List<Extension> all() {
        return ALL;
    }

    public static @Nullable Extension find(String name) {
        for (Extension extension : ALL) if (extension.name.equals(name)) return extension;
        return null;
    }

    /** Whether some extension's functions stand for this built-in code. */
    public static boolean kernel(String source) {
        for (Extension extension : ALL) if (extension.kernels.contains(source)) return true;
        return false;
    }

    /** The definitions of its members. */
    public String script() {
        return Resources.lines(Extension.class, name + ".sql").stream().map(fields -> fields[0]).collect(Collectors.joining("\n"));
    }

    /** What belongs to an extension that is there. */
    public static List<CatalogObject> members(ExtensionDef def, Catalog catalog) {
        Extension extension = find(def.name());
        if (extension == null) return List.of();
        List<CatalogObject> members = new ArrayList<>();
        for (String view : extension.views) {
            if (catalog.relation(def.schemaOid(), view) instanceof TableDef table) members.add(table);
        }
        for (RoutineDef routine : catalog.all(RoutineDef.class)) {
            if (routine.schemaOid() == def.schemaOid() && extension.functions.contains(routine.name()) && extension.kernels.contains(routine.body())) {
                members.add(routine);
            }
        }
        return members;
    }

    /** The extension that an object belongs to; null when it is nobody's. */
    public static @Nullable ExtensionDef owner(CatalogObject object, Catalog catalog) {
        for (ExtensionDef def : catalog.all(ExtensionDef.class)) {
            for (CatalogObject member : members(def, catalog)) if (member.oid() == object.oid() && member.getClass() == object.getClass()) return def;
        }
        return null;
    }
}
