package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.procedure.ArgumentVariables;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.RoutineStatement;
import io.craton.sql.syntax.RoutineStatement.RoutineBody;
import io.craton.sql.syntax.Statement;
import java.util.ArrayList;
import java.util.List;

/** Bodies written as SQL itself, as text for the catalog: statements with a semicolon behind each, RETURN as it is. Pure. */
final class RoutineBodies {
    private RoutineBodies() {}

    static String text(RoutineBody body, RoutineDraft draft, Scope scope) {
        List<PgType> types = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < draft.types.size(); i++) {
            char mode = draft.modes.charAt(i);
            if (mode == 'o' || mode == 't') continue;
            types.add(scope.names().requireType(draft.types.get(i)));
            names.add(i < draft.names.size() ? draft.names.get(i) : "");
        }
        ArgumentVariables variables = new ArgumentVariables(draft.name, names, types, scope.names());
        List<String> statements = new ArrayList<>();
        for (Statement statement : body.statements()) {
            switch (statement) {
                case RoutineStatement.Return returned ->
                        statements.add("RETURN " + StoredSql.routineExpression(returned.value(), variables, scope.names()));
                case Statement.Optimizable query -> statements.add(StoredSql.routineQuery(query, variables, scope.names()));
                default -> throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, DdlExecutor.name(statement) + " is not yet supported in unquoted SQL function body");
            }
        }
        return String.join(";\n", statements) + (body.atomic() && !statements.isEmpty() ? ";" : "");
    }
}
