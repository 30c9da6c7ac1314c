package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.SchemaDef;

/** CREATE SCHEMA. */
final class SchemaDdl {
    private SchemaDdl() {}

    static String create(ObjectStatement.CreateSchema create, Scope scope) {
        int owner = create.owner() == null ? scope.context().session().currentUserOid() : RoleNames.require(create.owner(), scope).oid();
        String name = create.name() != null ? create.name() : RoleNames.require(java.util.Objects.requireNonNull(create.owner()), scope).name();
        if (name.startsWith("pg_")) {
            throw PgError.error(SqlState.RESERVED_NAME, "unacceptable schema name \"" + name + "\"")
                    .withDetail("The prefix \"pg_\" is reserved for system schemas.").exception();
        }
        if (scope.context().catalog().schema(name) != null) {
            if (!create.ifNotExists()) throw new PgException(SqlState.DUPLICATE_SCHEMA, "schema \"" + name + "\" already exists");
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_SCHEMA, "schema \"" + name + "\" already exists, skipping"));
            return "CREATE SCHEMA";
        }
        if (!create.elements().isEmpty()) throw PgException.notSupported("CREATE SCHEMA with elements");
        scope.context().transaction().change(
                new CatalogChange.Put(new SchemaDef(scope.context().transaction().newOid(), name, owner, null)));
        return "CREATE SCHEMA";
    }
}
