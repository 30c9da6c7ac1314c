package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import java.util.List;

/** Names of collations to oids: "default", "C", "POSIX" and those of the catalog. */
final class CollationNames {
    static final int DEFAULT = 100;
    static final int C = 950;
    static final int POSIX = 951;

    private CollationNames() {}

    static int resolve(List<String> name, Scope scope) {
        String last = name.getLast();
        switch (last) {
            case "default" -> {
                return DEFAULT;
            }
            case "C" -> {
                return C;
            }
            case "POSIX" -> {
                return POSIX;
            }
            default -> {
                for (CollationDef collation : scope.context().catalog().all(CollationDef.class)) {
                    if (collation.name().equals(last)) return collation.oid();
                }
                throw new PgException(SqlState.UNDEFINED_OBJECT,
                        "collation \"" + String.join(".", name) + "\" for encoding \"UTF8\" does not exist");
            }
        }
    }
}
