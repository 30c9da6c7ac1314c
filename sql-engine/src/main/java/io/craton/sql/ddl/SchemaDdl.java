package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.function.Privileges;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.Statement;
import io.craton.sql.syntax.TableStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.SchemaDef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** CREATE SCHEMA. */
final class SchemaDdl {
    private SchemaDdl() {}

    static String create(ObjectStatement.CreateSchema create, Scope scope) {
        int owner = create.owner() == null ? scope.context().session().currentUserOid() : RoleNames.require(create.owner(), scope).oid();
        String name = create.name() != null ? create.name() : RoleNames.require(java.util.Objects.requireNonNull(create.owner()), scope).name();
        checkName(name);
        requireCreateOnDatabase(scope);
        if (scope.context().catalog().schema(name) != null) {
            if (!create.ifNotExists()) throw new PgException(SqlState.DUPLICATE_SCHEMA, "schema \"" + name + "\" already exists");
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_SCHEMA, "schema \"" + name + "\" already exists, skipping"));
            return "CREATE SCHEMA";
        }
        scope.context().transaction().change(
                new CatalogChange.Put(new SchemaDef(scope.context().transaction().newOid(), name, owner, DefaultPrivileges.of('n', 0, scope))));
        create.elements().forEach(element -> requireSchema(element, name));
        for (Statement element : ordered(create.elements())) {
            scope.context().transaction().nextCommand();
            scope.inSchema(name, () -> scope.asOwner(owner, () -> {
                DdlExecutor.element(element, scope);
                return name;
            }));
        }
        return "CREATE SCHEMA";
    }

    private static void requireSchema(Statement element, String schema) {
        QualifiedName name = switch (element) {
            case TableStatement.CreateSequence sequence -> sequence.name();
            case TableStatement.CreateTable table -> table.name();
            case TableStatement.CreateView view -> view.name();
            case TableStatement.CreateIndex index -> index.table();
            case RoutineStatement.CreateTrigger trigger -> trigger.table();
            default -> null;
        };
        if (name == null || name.schema() == null || name.schema().equals(schema)) return;
        throw new PgException(SqlState.INVALID_SCHEMA_DEFINITION,
                "CREATE specifies a schema (" + name.schema() + ") different from the one being created (" + schema + ")");
    }

    /** Sequences and tables first, then indexes and views, grants last, as PostgreSQL does. */
    private static List<Statement> ordered(List<Statement> elements) {
        List<Statement> sorted = new ArrayList<>(elements);
        sorted.sort(Comparator.comparingInt(element -> switch (element) {
            case TableStatement.CreateSequence s -> 0;
            case TableStatement.CreateTable t -> 1;
            case TableStatement.CreateView v -> 2;
            case TableStatement.CreateIndex i -> 3;
            default -> 4;
        }));
        return sorted;
    }

    private static void requireCreateOnDatabase(Scope scope) {
        CatalogObject.DatabaseDef database = DatabaseDdl.require(scope.context().session().database(), scope);
        if (!Privileges.any(scope.context(), scope.context().session().currentUserOid(), database.owner(), database.acl(), "C", 'd')) {
            throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for database " + database.name());
        }
    }

    static void checkName(String name) {
        if (name.startsWith("pg_")) {
            throw PgError.error(SqlState.RESERVED_NAME, "unacceptable schema name \"" + name + "\"")
                    .withDetail("The prefix \"pg_\" is reserved for system schemas.").exception();
        }
    }
}
