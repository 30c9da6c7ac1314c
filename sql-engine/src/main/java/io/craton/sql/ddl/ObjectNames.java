package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where new objects go and how they are called when nobody names them. Pure but for the scope's catalog. */
final class ObjectNames {
    private static final int BYTES_MAX = 63;

    private ObjectNames() {}

    /** Schema for a new object: 3F000 when it does not exist or the search path has none. */
    static int creationSchema(QualifiedName name, Persistence persistence, Scope scope) {
        checkDatabase(name, scope);
        String schema = name.schema();
        if (persistence == Persistence.TEMPORARY) {
            if (schema != null && !schema.equals("pg_temp")) {
                throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "cannot create temporary relation in non-temporary schema")
                        .at(name.position());
            }
            return temporarySchema(name, scope);
        }
        if (schema == null) {
            int chosen = scope.creationSchema();
            if (chosen == scope.temporarySchemaIfAny()) {
                checkKind(name, persistence);
                return temporarySchema(name, scope);
            }
            Ownership.requireCreate(chosen, name.position(), scope);
            return chosen;
        }
        if (schema.equals("pg_temp")) {
            checkKind(name, persistence);
            return temporarySchema(name, scope);
        }
        int oid = requireSchema(schema, name.position(), scope.context().catalog());
        if (oid == 11) throw permissionDeniedForCatalog(name.name());
        Ownership.requireCreate(oid, name.position(), scope);
        return oid;
    }

    private static void checkKind(QualifiedName name, Persistence persistence) {
        if (persistence == Persistence.UNLOGGED) {
            throw new PgException(SqlState.INVALID_TABLE_DEFINITION, "only temporary relations may be created in temporary schemas")
                    .at(name.position());
        }
    }

    private static int temporarySchema(QualifiedName name, Scope scope) {
        scope.requireUnrestricted("create temporary table");
        if (scope.temporarySchemaIfAny() == 0) Ownership.requireTemporary(name.position(), scope);
        return scope.temporarySchema();
    }

    /** pg_class.relpersistence of an object made in this schema. */
    static char persistence(Persistence asked, int schemaOid, Scope scope) {
        if (asked == Persistence.TEMPORARY || schemaOid != 0 && schemaOid == scope.temporarySchemaIfAny()) return 't';
        return asked == Persistence.UNLOGGED ? 'u' : 'p';
    }

    private static PgException permissionDeniedForCatalog(String name) {
        return PgError.error(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied to create \"pg_catalog." + name + "\"")
                .withDetail("System catalog modifications are currently disallowed.").exception();
    }

    static int requireSchema(String schema, int position, Catalog catalog) {
        if (schema.equals("pg_catalog")) return 11;
        SchemaDef def = catalog.schema(schema);
        if (def == null) throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + schema + "\" does not exist").at(position);
        return def.oid();
    }

    static void checkDatabase(QualifiedName name, Scope scope) {
        String database = name.catalog();
        if (database != null && !database.equals(scope.context().session().database())) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED,
                    "cross-database references are not implemented: \"" + name + "\"").at(name.position());
        }
    }

    /** A name for a relation made of parts and a label (t_a_key), shortened to 63 bytes and numbered until it is free in the schema. */
    static String free(String first, @Nullable String second, String label, int schemaOid, Catalog catalog, List<String> taken) {
        for (int number = 0; ; number++) {
            String name = compose(first, second, number == 0 ? label : label + number);
            if (catalog.relation(schemaOid, name) == null && !taken.contains(name) && constraint(catalog, schemaOid, name) == null) return name;
        }
    }

    /** Like {@link #free}, among the constraints of one table only. */
    static String freeConstraint(String first, @Nullable String second, String label, int tableOid, Catalog catalog, List<String> taken) {
        for (int number = 0; ; number++) {
            String name = compose(first, second, number == 0 ? label : label + number);
            boolean used = taken.contains(name);
            for (ConstraintDef constraint : catalog.constraints(tableOid)) used |= constraint.name().equals(name);
            if (!used) return name;
        }
    }

    private static @Nullable ConstraintDef constraint(Catalog catalog, int schemaOid, String name) {
        for (ConstraintDef constraint : catalog.all(ConstraintDef.class)) {
            if (constraint.schemaOid() == schemaOid && constraint.name().equals(name)) return constraint;
        }
        return null;
    }

    /** makeObjectName: cuts the longer of the two names until all fits. */
    static String compose(String first, @Nullable String second, String label) {
        int overhead = label.length() + 1 + (second == null ? 0 : 1);
        String a = first;
        String b = second == null ? "" : second;
        while (bytes(a) + bytes(b) + overhead > BYTES_MAX) {
            if (bytes(a) > bytes(b)) a = a.substring(0, a.length() - 1);
            else b = b.substring(0, b.length() - 1);
        }
        return a + (second == null ? "" : "_" + b) + "_" + label;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    static PgException exists(String name) {
        return new PgException(SqlState.DUPLICATE_TABLE, "relation \"" + name + "\" already exists");
    }
}
