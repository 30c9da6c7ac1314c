package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.pgcatalog.Extension;
import io.craton.sql.procedure.BodyCheck;
import io.craton.sql.procedure.BodyPositions;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.LexerSettings;
import io.craton.sql.syntax.Option;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a new routine's body makes sense, as far as its language can tell before a call. Pure. */
final class RoutineValidation {
    private RoutineValidation() {}

    static void check(RoutineDef routine, Option.@Nullable BodyValue written, Scope scope) {
        try {
            switch (routine.language()) {
                case "internal" -> internal(routine);
                case "sql" -> sql(routine, scope);
                default -> BodyCheck.plpgsql(routine, scope.names(), LexerSettings.DEFAULT, scope.context().session()::settingValue,
                        notice -> scope.context().notice(written == null ? notice : BodyPositions.inStatement(new PgException(notice), written).error()));
            }
        } catch (PgException e) {
            throw written == null ? e : BodyPositions.inStatement(e, written);
        }
    }

    private static void internal(RoutineDef routine) {
        if (!Extension.kernel(routine.body()) && BuiltinCatalog.functions().stream().noneMatch(function -> function.source().equals(routine.body()))) {
            throw new PgException(SqlState.UNDEFINED_FUNCTION, "there is no built-in function named \"" + routine.body() + "\"");
        }
    }

    private static void sql(RoutineDef routine, Scope scope) {
        PgType result = scope.names().requireType(routine.returnTypeOid());
        boolean polymorphic = RoutineTypes.polymorphic(result.oid());
        if (result.kind() == 'p' && result.oid() != TypeOid.RECORD && result.oid() != TypeOid.VOID && !polymorphic) {
            throw new PgException(SqlState.INVALID_FUNCTION_DEFINITION,
                    "SQL functions cannot return type " + TypeNames.of(result, scope.names()));
        }
        List<PgType> inputs = new ArrayList<>();
        for (int oid : RoutineLookup.inputs(routine.allArgTypes(), routine.argModes())) {
            PgType type = scope.names().requireType(oid);
            inputs.add(type);
            if (RoutineTypes.polymorphic(oid)) polymorphic = true;
            else if (type.kind() == 'p' && oid != TypeOid.RECORD) {
                throw new PgException(SqlState.INVALID_FUNCTION_DEFINITION,
                        "SQL functions cannot have arguments of type " + TypeNames.of(type, scope.names()));
            }
        }
        BodyCheck.sql(routine, inputs, result, polymorphic, scope.names(), LexerSettings.DEFAULT);
    }

}
