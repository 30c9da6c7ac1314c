package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectKind;
import io.craton.sql.syntax.ObjectReference;
import io.craton.sql.syntax.QualifiedName;
import io.craton.sql.syntax.RoutineStatement.Parameter;
import io.craton.sql.syntax.RoutineStatement.ParameterMode;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routine that a statement names, with or without its arguments (LookupFuncWithArgs). Pure. */
final class RoutineLookup {
    private RoutineLookup() {}

    /** Types of the input arguments. */
    static List<Integer> inputs(List<Integer> types, String modes) {
        List<Integer> inputs = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            char mode = i < modes.length() ? modes.charAt(i) : 'i';
            if (mode != 'o' && mode != 't') inputs.add(types.get(i));
        }
        return inputs;
    }

    static @Nullable RoutineDef exact(int schema, String name, List<Integer> inputs, Scope scope) {
        for (RoutineDef routine : scope.context().catalog().all(RoutineDef.class)) {
            if (routine.schemaOid() == schema && routine.name().equals(name) && inputs(routine.allArgTypes(), routine.argModes()).equals(inputs)) {
                return routine;
            }
        }
        return null;
    }

    /** {@code name(types)} of the input arguments, with the schema when the name alone does not find it. */
    static String signature(RoutineDef routine, CatalogView names) {
        List<String> types = new ArrayList<>();
        for (int type : inputs(routine.allArgTypes(), routine.argModes())) types.add(TypeNames.of(names.requireType(type), -1, names));
        boolean visible = names.searchPath().contains(routine.schemaOid());
        String name = visible ? SqlText.identifier(routine.name()) : SqlText.qualified(names.schemaName(routine.schemaOid()), routine.name());
        return name + "(" + String.join(",", types) + ")";
    }

    /** The routine; 42883, 42725 or 42809 when it is not what the statement wants. */
    static RoutineDef require(ObjectReference.OfRoutine reference, ObjectKind kind, Scope scope) {
        RoutineDef found = find(reference, kind, false, scope);
        return java.util.Objects.requireNonNull(found);
    }

    /** A function with its argument types, built-in ones too. */
    static FunctionDef function(ObjectReference.OfRoutine reference, Scope scope) {
        if (reference.arguments() != null) {
            List<Integer> inputs = new ArrayList<>();
            for (Parameter parameter : reference.arguments()) inputs.add(RoutineArguments.type(parameter.type(), scope).oid());
            FunctionDef exact = exact(reference.name(), inputs, scope);
            if (exact != null) return exact;
        }
        return java.util.Objects.requireNonNull(scope.names().function(require(reference, ObjectKind.FUNCTION, scope).oid()));
    }

    /** The built-in function that is meant; null when it is one of the users' or none. */
    static @Nullable FunctionDef builtin(ObjectReference.OfRoutine reference, Scope scope) {
        FunctionDef found;
        if (reference.arguments() == null) {
            List<FunctionDef> named = named(reference.name(), scope);
            found = named.isEmpty() ? null : named.getFirst();
            if (found != null && found.builtIn() && named.size() > 1) throw ambiguous("function", reference.name());
        } else {
            List<Integer> inputs = new ArrayList<>();
            for (Parameter parameter : reference.arguments()) {
                if (parameter.mode() != ParameterMode.OUT && parameter.mode() != ParameterMode.TABLE) inputs.add(type(parameter.type(), scope).oid());
            }
            found = exact(reference.name(), inputs, scope);
        }
        return found != null && found.builtIn() ? found : null;
    }

    private static List<FunctionDef> named(QualifiedName name, Scope scope) {
        return name.schema() != null && !scope.names().schemaExists(name.schema()) ? List.of() : scope.names().functions(name.schema(), name.name());
    }

    private static @Nullable FunctionDef exact(QualifiedName name, List<Integer> inputs, Scope scope) {
        for (FunctionDef function : named(name, scope)) if (function.argumentTypes().equals(inputs)) return function;
        return null;
    }

    private static PgException ambiguous(String word, QualifiedName name) {
        return PgError.error(SqlState.AMBIGUOUS_FUNCTION, word + " name \"" + name + "\" is not unique")
                .withHint("Specify the argument list to select the " + word + " unambiguously.").exception();
    }

    /** A type by its name alone, whose error has no position. */
    private static PgType type(TypeName name, Scope scope) {
        return new TypeResolution(scope.names()).resolve(new TypeName(name.names(), name.modifiers(), name.arrayBounds(), name.setOf(), name.percentType(), 0)).type();
    }

    /** As {@link #require}; null when there is none and it may be missing. */
    static @Nullable RoutineDef find(ObjectReference.OfRoutine reference, ObjectKind kind, boolean missingOk, Scope scope) {
        QualifiedName name = reference.name();
        if (name.schema() != null && !scope.names().schemaExists(name.schema())) {
            if (missingOk) return null;
            throw new PgException(SqlState.UNDEFINED_SCHEMA, "schema \"" + name.schema() + "\" does not exist");
        }
        List<RoutineDef> candidates = candidates(name, scope);
        String word = word(kind);
        if (reference.arguments() == null) return byName(candidates, name, kind, word, missingOk, scope);
        List<Integer> inputs = new ArrayList<>();
        List<Integer> all = new ArrayList<>();
        for (Parameter parameter : reference.arguments()) {
            int type = type(parameter.type(), scope).oid();
            all.add(type);
            if (parameter.mode() != ParameterMode.OUT && parameter.mode() != ParameterMode.TABLE) inputs.add(type);
        }
        RoutineDef found = null;
        for (RoutineDef candidate : candidates) {
            boolean sameInputs = inputs(candidate.allArgTypes(), candidate.argModes()).equals(inputs);
            boolean sameAll = candidate.kind() == 'p' && inputs.size() == all.size() && candidate.allArgTypes().equals(all);
            if (kind == ObjectKind.FUNCTION && candidate.kind() == 'p' && !sameInputs) sameAll = false;
            if (!sameInputs && !sameAll) continue;
            if (found == null || matches(candidate, kind) && !matches(found, kind)) found = candidate;
        }
        String text = name + "(" + types(inputs, scope) + ")";
        if (found == null) {
            if (missingOk) return null;
            requireOwn(name, inputs, scope);
            if (kind == ObjectKind.AGGREGATE && inputs.isEmpty()) {
                throw new PgException(SqlState.UNDEFINED_FUNCTION, "aggregate " + name + "(*) does not exist");
            }
            throw new PgException(SqlState.UNDEFINED_FUNCTION, word + " " + text + " does not exist");
        }
        requireKind(found, kind, text);
        return found;
    }

    private static boolean matches(RoutineDef routine, ObjectKind kind) {
        return switch (kind) {
            case FUNCTION -> routine.kind() != 'p';
            case PROCEDURE -> routine.kind() == 'p';
            case AGGREGATE -> routine.kind() == 'a';
            default -> true;
        };
    }

    /** The aggregate that a statement names. */
    static @Nullable RoutineDef aggregate(ObjectReference.OfAggregate reference, boolean missingOk, Scope scope) {
        return find(new ObjectReference.OfRoutine(reference.name(), reference.arguments()), ObjectKind.AGGREGATE, missingOk, scope);
    }

    private static void requireKind(RoutineDef routine, ObjectKind kind, String text) {
        if (kind == ObjectKind.AGGREGATE && routine.kind() != 'a') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "function " + text + " is not an aggregate");
        }
        if (kind == ObjectKind.FUNCTION && routine.kind() == 'p') throw new PgException(SqlState.WRONG_OBJECT_TYPE, text + " is not a function");
        if (kind == ObjectKind.PROCEDURE && routine.kind() != 'p') throw new PgException(SqlState.WRONG_OBJECT_TYPE, text + " is not a procedure");
    }

    /** Routines of the name, in the order of the search path. */
    private static List<RoutineDef> candidates(QualifiedName name, Scope scope) {
        List<Integer> path = name.schema() == null ? scope.names().searchPath() : List.of(scope.names().schemaOid(name.schema()));
        List<RoutineDef> found = new ArrayList<>();
        for (int schema : path) {
            for (RoutineDef routine : scope.context().catalog().all(RoutineDef.class)) {
                if (routine.schemaOid() != schema || !routine.name().equals(name.name())) continue;
                List<Integer> inputs = inputs(routine.allArgTypes(), routine.argModes());
                if (found.stream().noneMatch(other -> inputs(other.allArgTypes(), other.argModes()).equals(inputs))) found.add(routine);
            }
        }
        return found;
    }

    private static @Nullable RoutineDef byName(List<RoutineDef> candidates, QualifiedName name, ObjectKind kind, String word, boolean missingOk,
            Scope scope) {
        List<RoutineDef> fitting = candidates.stream().filter(each -> matches(each, kind)).toList();
        if (fitting.isEmpty() && !candidates.isEmpty()) requireKind(candidates.getFirst(), kind, name.toString());
        if (fitting.isEmpty()) {
            if (missingOk) return null;
            throw new PgException(SqlState.UNDEFINED_FUNCTION, "could not find a " + word + " named \"" + name + "\"");
        }
        if (fitting.size() > 1) throw ambiguous(word, name);
        return fitting.getFirst();
    }

    /** A function that PostgreSQL brings belongs to the system. */
    private static void requireOwn(QualifiedName name, List<Integer> inputs, Scope scope) {
        FunctionDef function = exact(name, inputs, scope);
        if (function == null || !function.builtIn()) return;
        throw new PgException(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot change function " + name + "(" + types(inputs, scope)
                + ") because it is required by the database system");
    }

    static String types(List<Integer> types, Scope scope) {
        List<String> texts = new ArrayList<>();
        for (int type : types) texts.add(TypeNames.of(scope.names().requireType(type), -1, scope.names()));
        return String.join(", ", texts);
    }

    static String word(ObjectKind kind) {
        return switch (kind) {
            case PROCEDURE -> "procedure";
            case ROUTINE -> "routine";
            case AGGREGATE -> "aggregate";
            default -> "function";
        };
    }
}
