package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.TableStatement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tablespaces and the access methods of tables that there are, to be named in definitions: pg_default and heap. Others cannot be made. */
final class Placement {
    private static final Set<String> INDEX_METHODS = Set.of("btree", "hash", "gist", "gin", "spgist", "brin");
    private static final String DEFAULT = "pg_default";
    private static final String GLOBAL = "pg_global";

    private Placement() {}

    /** Null where none was written. */
    static void tablespace(@Nullable String name) {
        if (name == null) return;
        requireTablespace(name);
        if (name.equals(GLOBAL)) throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "only shared relations can be placed in pg_global tablespace");
    }

    static void requireTablespace(String name) {
        if (name.equals(DEFAULT) || name.equals(GLOBAL)) return;
        throw new PgException(SqlState.UNDEFINED_OBJECT, "tablespace \"" + name + "\" does not exist");
    }

    /** Of a table; null where none was written. */
    static void method(@Nullable String name) {
        if (name == null || name.equals("heap")) return;
        if (INDEX_METHODS.contains(name)) {
            throw new PgException(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "access method \"" + name + "\" is not of type TABLE");
        }
        throw new PgException(SqlState.UNDEFINED_OBJECT, "access method \"" + name + "\" does not exist");
    }

    /** ALTER TABLE ALL IN TABLESPACE: everything is where it can be. */
    static String moveAll(TableStatement.AlterAllInTablespace move, Scope scope) {
        requireTablespace(move.tablespace());
        requireTablespace(move.newTablespace());
        if (move.tablespace().equals(GLOBAL) || move.newTablespace().equals(GLOBAL)) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "cannot move relations in to or out of pg_global tablespace");
        }
        for (var role : move.ownedBy()) RoleNames.require(role, scope);
        return "ALTER " + move.kind().name().replace('_', ' ');
    }
}
