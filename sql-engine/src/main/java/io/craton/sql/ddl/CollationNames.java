package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.function.CollationTable;
import io.craton.sql.session.DataStatements.Scope;
import java.util.List;

/** Names of collations to oids. */
final class CollationNames {
    static final int DEFAULT = 100;

    private CollationNames() {}

    /** What a column of this type is ordered by, where a collation may be named: 42804 for a type that has none. */
    static int of(PgType type, List<String> named, Scope scope) {
        if (named.isEmpty()) return type.collationOid();
        int collation = resolve(named, scope);
        if (type.collationOid() != 0) return collation;
        throw new PgException(SqlState.DATATYPE_MISMATCH, "collations are not supported by type " + TypeNames.of(type, scope.names()));
    }

    static int resolve(List<String> name, Scope scope) {
        int found = CollationTable.find(name.getLast(), scope.context().catalog());
        if (found != 0) return found;
        throw new PgException(SqlState.UNDEFINED_OBJECT, "collation \"" + String.join(".", name) + "\" for encoding \"UTF8\" does not exist");
    }
}
