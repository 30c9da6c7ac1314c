package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.RoutineDef;

/** Statements about functions, procedures and triggers. One statement each. */
final class RoutineDdl {
    private RoutineDdl() {}

    static String run(RoutineStatement statement, Scope scope) {
        return switch (statement) {
            case RoutineStatement.CreateRoutine create -> new RoutineCreation(scope).run(create);
            case RoutineStatement.CreateTrigger create -> new TriggerDdl(scope).create(create);
            case RoutineStatement.CreateCast create -> new CastDdl(scope).create(create);
            case RoutineStatement.AlterRoutine alter -> alter(alter, scope);
            default -> throw PgException.notSupported(DdlExecutor.name(statement));
        };
    }

    private static String alter(RoutineStatement.AlterRoutine alter, Scope scope) {
        RoutineDef routine = RoutineLookup.require(alter.routine(), alter.kind(), scope);
        Ownership.require(routine, scope);
        RoutineDraft draft = RoutineDraft.of(routine);
        RoutineOptions options = new RoutineOptions(scope, routine.kind() == 'p');
        options.apply(alter.options(), draft);
        if (options.rowsGiven && !routine.returnsSet()) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "ROWS is not applicable when function does not return a set");
        }
        put(draft, scope);
        return "ALTER " + alter.kind().name();
    }

    static void put(RoutineDraft draft, Scope scope) {
        scope.context().transaction().change(new CatalogChange.Put(draft.make()));
    }

    /** A routine may take a schema and name only where no other of the same arguments is. */
    static void requireFree(RoutineDef routine, int schema, String name, Scope scope) {
        RoutineDef other = RoutineLookup.exact(schema, name, RoutineLookup.inputs(routine.allArgTypes(), routine.argModes()), scope);
        if (other == null) return;
        String types = RoutineLookup.types(RoutineLookup.inputs(routine.allArgTypes(), routine.argModes()), scope);
        throw new PgException(SqlState.DUPLICATE_FUNCTION, "function " + name + "(" + types + ") already exists in schema \""
                + scope.names().schemaName(schema) + "\"");
    }

    static boolean isRoutine(ObjectKind kind) {
        return kind == ObjectKind.FUNCTION || kind == ObjectKind.PROCEDURE || kind == ObjectKind.ROUTINE;
    }
}
