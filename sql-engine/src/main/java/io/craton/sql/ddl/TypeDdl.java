package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;

/** CREATE TYPE and the names that types share with relations. */
final class TypeDdl {
    private TypeDdl() {}

    /** A table's row type has the table's name: 42710 when a type of that name is there. */
    static void requireFreeName(String name, int schema, Scope scope) {
        if (scope.context().catalog().type(schema, name) != null) {
            throw new PgException(SqlState.DUPLICATE_OBJECT, "type \"" + name + "\" already exists");
        }
    }
}
