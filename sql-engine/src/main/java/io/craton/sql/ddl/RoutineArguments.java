package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.RoutineStatement.Parameter;
import io.craton.sql.syntax.RoutineStatement.ParameterMode;
import io.craton.sql.syntax.TypeName;
import java.util.ArrayList;
import java.util.List;

/** Parameters as written become a routine's arguments (interpret_function_parameter_list). One statement. */
final class RoutineArguments {
    private final Scope scope;
    private final boolean procedure;
    /** What the arguments are of, for messages. */
    private final String what;
    private final List<Integer> types = new ArrayList<>();
    private final StringBuilder modes = new StringBuilder();
    private final List<String> names = new ArrayList<>();
    private final List<String> defaults = new ArrayList<>();
    private final List<PgType> outputs = new ArrayList<>();
    private int variadic;

    RoutineArguments(Scope scope, boolean procedure) {
        this.scope = scope;
        this.procedure = procedure;
        this.what = procedure ? "procedures" : "functions";
    }

    RoutineArguments(Scope scope, String what) {
        this.scope = scope;
        this.procedure = false;
        this.what = what;
    }

    void read(List<Parameter> parameters, RoutineDraft draft) {
        for (Parameter parameter : parameters) add(parameter);
        draft.types = types;
        draft.modes = modes.toString();
        draft.names = names.stream().allMatch(String::isEmpty) ? List.of() : names;
        draft.defaults = defaults;
        draft.variadic = variadic;
    }

    /** Types of the OUT, INOUT and TABLE arguments. */
    List<PgType> outputs() {
        return outputs;
    }

    private void add(Parameter parameter) {
        PgType type = type(parameter.type(), scope);
        if (parameter.type().setOf()) throw invalid(what + " cannot accept set arguments");
        ParameterMode mode = parameter.mode();
        boolean input = mode != ParameterMode.OUT && mode != ParameterMode.TABLE;
        if (input && variadic != 0) throw invalid("VARIADIC parameter must be the last input parameter");
        if (!input && procedure && variadic != 0) throw invalid("VARIADIC parameter must be the last parameter");
        if (mode == ParameterMode.OUT || mode == ParameterMode.INOUT || mode == ParameterMode.TABLE) outputs.add(type);
        if (mode == ParameterMode.VARIADIC) variadic = variadicElement(type);
        named(parameter);
        types.add(type.oid());
        modes.append(switch (mode) {
            case DEFAULT, IN -> 'i';
            case OUT -> 'o';
            case INOUT -> 'b';
            case VARIADIC -> 'v';
            case TABLE -> 't';
        });
        names.add(parameter.name() == null ? "" : parameter.name());
        if (parameter.defaultValue() != null) {
            if (!input) throw invalid("only input parameters can have default values");
            defaults.add(StoredSql.argumentDefault(parameter.defaultValue(), type, scope.names()));
        } else if (!defaults.isEmpty() && input) {
            throw invalid("input parameters after one with a default value must also have defaults");
        } else if (!defaults.isEmpty() && procedure) {
            throw invalid("procedure OUT parameters cannot appear after one with a default value");
        }
    }

    private int variadicElement(PgType type) {
        return switch (type.oid()) {
            case TypeOid.ANYARRAY -> TypeOid.ANYELEMENT;
            case TypeOid.ANYCOMPATIBLEARRAY -> TypeOid.ANYCOMPATIBLE;
            case TypeOid.ANY -> TypeOid.ANY;
            default -> {
                if (!type.isArray()) throw invalid("VARIADIC parameter must be an array");
                yield type.elementOid();
            }
        };
    }

    /** Names are unique among the inputs and among the outputs. */
    private void named(Parameter parameter) {
        if (parameter.name() == null || parameter.name().isEmpty()) return;
        for (int i = 0; i < names.size(); i++) {
            if (!names.get(i).equals(parameter.name())) continue;
            char other = modes.charAt(i);
            boolean otherOutput = other == 'o' || other == 't';
            boolean output = parameter.mode() == ParameterMode.OUT || parameter.mode() == ParameterMode.TABLE;
            boolean pureInput = parameter.mode() == ParameterMode.IN || parameter.mode() == ParameterMode.DEFAULT || parameter.mode() == ParameterMode.VARIADIC;
            boolean otherPureInput = other == 'i' || other == 'v';
            if (pureInput && otherOutput || output && otherPureInput) continue;
            throw invalid("parameter name \"" + parameter.name() + "\" used more than once");
        }
    }

    /** A type as written for a parameter or result. */
    static PgType type(TypeName name, Scope scope) {
        TypeResolution.TypeRef found = new TypeResolution(scope.names()).find(name);
        if (found == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT, "type " + text(name) + " does not exist");
        }
        if (name.percentType()) {
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION, "type reference " + text(name) + " converted to "
                    + TypeNames.of(found.type(), -1, scope.names())));
        }
        Ownership.requireUsage(found.type(), scope);
        return found.type();
    }

    static String text(TypeName name) {
        return String.join(".", name.names()) + (name.percentType() ? "%TYPE" : "") + (name.arrayBounds().isEmpty() ? "" : "[]");
    }

    static PgException invalid(String message) {
        return new PgException(SqlState.INVALID_FUNCTION_DEFINITION, message);
    }
}
