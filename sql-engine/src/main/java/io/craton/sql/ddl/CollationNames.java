package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.function.CollationTable;
import java.util.List;

/** Names of collations to oids. */
final class CollationNames {
    static final int DEFAULT = 100;

    private CollationNames() {}

    static int resolve(List<String> name, Scope scope) {
        int found = CollationTable.find(name.getLast(), scope.context().catalog());
        if (found != 0) return found;
        throw new PgException(SqlState.UNDEFINED_OBJECT, "collation \"" + String.join(".", name) + "\" for encoding \"UTF8\" does not exist");
    }
}
