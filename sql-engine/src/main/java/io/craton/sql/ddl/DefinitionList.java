package io.craton.sql.ddl;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.Privileges;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.List;

/** What the elements of a definition list (CREATE AGGREGATE, CREATE OPERATOR) stand for. Pure. */
final class DefinitionList {
    private DefinitionList() {}

    /** A name, qualified or not. */
    static List<String> name(Option option) {
        return switch (option.value()) {
            case Option.TypeValue type -> type.type().names();
            case Option.NameValue name -> name.name().parts();
            case Option.TextValue text -> List.of(text.value());
            case null -> throw new PgException(SqlState.SYNTAX_ERROR, option.name() + " requires a parameter");
            default -> throw new PgException(SqlState.SYNTAX_ERROR, "argument of " + option.name() + " must be a name");
        };
    }

    static TypeName type(Option option) {
        return switch (option.value()) {
            case Option.TypeValue type -> type.type();
            case Option.TextValue text -> new TypeName(List.of(text.value()), List.of(), List.of(), false, false, 0);
            case null -> throw new PgException(SqlState.SYNTAX_ERROR, option.name() + " requires a parameter");
            default -> throw new PgException(SqlState.SYNTAX_ERROR, "argument of " + option.name() + " must be a type name");
        };
    }

    /** The type that a name stands for; errors have no position. */
    static PgType resolved(TypeName name, Scope scope) {
        return new TypeResolution(scope.names()).resolve(
                new TypeName(name.names(), name.modifiers(), name.arrayBounds(), name.setOf(), name.percentType(), 0)).type();
    }

    static String text(int type, Scope scope) {
        return TypeNames.of(scope.names().requireType(type), -1, scope.names());
    }

    /** The function of exactly these argument types; 42883 when there is none. */
    static FunctionDef exactFunction(List<String> name, List<PgType> types, Scope scope) {
        String schema = name.size() > 1 ? name.get(name.size() - 2) : null;
        if (schema != null && !scope.names().schemaExists(schema)) {
            throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + schema + "\" does not exist");
        }
        List<Integer> oids = types.stream().map(PgType::oid).toList();
        for (FunctionDef function : scope.names().functions(schema, name.getLast())) if (function.argumentTypes().equals(oids)) return function;
        throw missing(name, types, scope);
    }

    static PgException missing(List<String> name, List<PgType> types, Scope scope) {
        return new PgException(SqlState.UNDEFINED_FUNCTION, "function " + RoutineTypes.signature(name, types, scope.names()) + " does not exist");
    }

    static void requireExecute(FunctionDef function, Scope scope) {
        RoutineDef routine = scope.context().catalog().find(RoutineDef.class, function.oid());
        if (routine == null || Privileges.any(scope.context(), scope.context().session().currentUserOid(), routine.owner(), routine.acl(), "X", 'f')) return;
        throw new PgException(SqlState.INSUFFICIENT_PRIVILEGE, "permission denied for function " + function.name());
    }
}
