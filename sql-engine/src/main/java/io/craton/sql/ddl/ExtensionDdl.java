package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.storage.catalog.CatalogObject.ExtensionDef;

/** CREATE EXTENSION. plpgsql is there from the start; extensions whose functions the engine lacks are refused. */
final class ExtensionDdl {
    private ExtensionDdl() {}

    static String create(ObjectStatement.CreateExtension create, Scope scope) {
        boolean installed = create.name().equals("plpgsql");
        for (ExtensionDef extension : scope.context().catalog().all(ExtensionDef.class)) installed |= extension.name().equals(create.name());
        if (installed) {
            if (!create.ifNotExists()) {
                throw new PgException(SqlState.DUPLICATE_OBJECT, "extension \"" + create.name() + "\" already exists");
            }
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_OBJECT, "extension \"" + create.name() + "\" already exists, skipping"));
            return "CREATE EXTENSION";
        }
        throw PgException.notSupported("extension \"" + create.name() + "\"");
    }
}
