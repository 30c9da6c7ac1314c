package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.analyze.TypeNames;
import io.craton.sql.pgcatalog.Languages;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.RoutineStatement.CreateRoutine;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.List;

/** CREATE [OR REPLACE] FUNCTION and PROCEDURE. One statement. */
final class RoutineCreation {
    private static final double COST_DEFAULT = 100;
    private static final double COST_BUILTIN = 1;
    private static final double ROWS_DEFAULT = 1000;

    private final Scope scope;

    RoutineCreation(Scope scope) {
        this.scope = scope;
    }

    String run(CreateRoutine create) {
        RoutineDraft draft = new RoutineDraft();
        boolean procedure = create.procedure();
        draft.kind = procedure ? 'p' : 'f';
        draft.schema = ObjectNames.creationSchema(create.name(), io.craton.sql.syntax.SelectStatement.Persistence.PERMANENT, scope);
        draft.name = create.name().name();
        RoutineOptions options = new RoutineOptions(scope, procedure);
        options.apply(create.options(), draft);
        language(draft, options, create);
        RoutineArguments arguments = new RoutineArguments(scope, procedure);
        arguments.read(create.parameters(), draft);
        result(draft, create, arguments.outputs());
        if (options.window) draft.kind = 'w';
        body(draft, options, create);
        if (draft.cost < 0) draft.cost = draft.language.equals("internal") || draft.language.equals("c") ? COST_BUILTIN : COST_DEFAULT;
        if (draft.rows < 0) draft.rows = draft.returnsSet ? ROWS_DEFAULT : 0;
        else if (!draft.returnsSet) {
            throw new PgException(SqlState.INVALID_PARAMETER_VALUE, "ROWS is not applicable when function does not return a set");
        }
        checkPolymorphic(draft);
        RoutineDef existing = RoutineLookup.exact(draft.schema, draft.name, RoutineLookup.inputs(draft.types, draft.modes), scope);
        if (existing != null) replace(draft, existing, create.orReplace());
        else {
            draft.oid = scope.context().transaction().newOid();
            draft.owner = scope.context().session().currentUserOid();
            draft.acl = DefaultPrivileges.of('f', draft.schema, scope);
        }
        RoutineDef routine = draft.make();
        scope.context().transaction().change(new CatalogChange.Put(routine));
        if (!"off".equals(scope.context().session().settingValue("check_function_bodies"))) RoutineValidation.check(routine, options.body, scope);
        return procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
    }

    // ---- language and body ---------------------------------------------------------------------------------------

    private void language(RoutineDraft draft, RoutineOptions options, CreateRoutine create) {
        String language = options.language;
        if (language == null) {
            if (create.body() == null) throw RoutineArguments.invalid("no language specified");
            language = "sql";
        }
        switch (language) {
            case "sql", "plpgsql", "internal", "c" -> {
                Languages.requireUsage(language, scope.context());
                if (language.equals("c")) throw PgException.notSupported("language \"c\"");
            }
            case "plperl", "plperlu", "pltcl", "pltclu", "plpython3u", "plpythonu" -> throw PgError.error(SqlState.UNDEFINED_OBJECT,
                    "language \"" + language + "\" does not exist")
                    .withHint("Use CREATE EXTENSION to load the language into the database.").exception();
            default -> throw new PgException(SqlState.UNDEFINED_OBJECT, "language \"" + language + "\" does not exist");
        }
        draft.language = language;
    }

    private void body(RoutineDraft draft, RoutineOptions options, CreateRoutine create) {
        Option.BodyValue text = options.body;
        if (create.body() != null && text != null) throw RoutineArguments.invalid("duplicate function body specified");
        if (create.body() != null) {
            if (!draft.language.equals("sql")) throw RoutineArguments.invalid("inline SQL function body only valid for language SQL");
            for (int type : draft.types) {
                if (RoutineTypes.polymorphic(type)) {
                    throw RoutineArguments.invalid("SQL function with unquoted function body cannot have polymorphic arguments");
                }
            }
            draft.sqlBody = true;
            draft.body = RoutineBodies.text(create.body(), draft, scope);
            return;
        }
        if (text == null) throw RoutineArguments.invalid("no function body specified");
        if (text.symbol() != null) {
            throw RoutineArguments.invalid("only one AS item needed for language \"" + draft.language + "\"");
        }
        draft.body = text.body();
    }

    // ---- the result ----------------------------------------------------------------------------------------------

    private void result(RoutineDraft draft, CreateRoutine create, List<PgType> outputs) {
        boolean table = draft.modes.indexOf('t') >= 0;
        PgType required = outputs.isEmpty() ? null : outputs.size() == 1 && !create.procedure() ? outputs.getFirst() : PgTypes.RECORD;
        if (create.procedure()) {
            draft.returnType = required == null ? TypeOid.VOID : TypeOid.RECORD;
            return;
        }
        if (create.returns() == null) {
            if (required == null) throw RoutineArguments.invalid("function result type must be specified");
            draft.returnType = required.oid();
            return;
        }
        PgType type = returned(create);
        draft.returnsSet = create.returns().setOf() || table;
        if (required != null && type.oid() != required.oid()) {
            throw RoutineArguments.invalid("function result type must be " + TypeNames.of(required, -1, scope.names()) + " because of OUT parameters");
        }
        draft.returnType = type.oid();
    }

    private PgType returned(CreateRoutine create) {
        var name = java.util.Objects.requireNonNull(create.returns());
        if (new io.craton.sql.analyze.TypeResolution(scope.names()).find(name) == null) {
            throw new PgException(SqlState.UNDEFINED_OBJECT, "type \"" + RoutineArguments.text(name) + "\" does not exist");
        }
        return RoutineArguments.type(name, scope);
    }

    /** A polymorphic result is determined by a polymorphic input of its family. */
    private void checkPolymorphic(RoutineDraft draft) {
        List<Integer> inputs = RoutineLookup.inputs(draft.types, draft.modes);
        checkPolymorphic(draft.returnType, inputs, "cannot determine result data type");
        for (int i = 0; i < draft.types.size(); i++) {
            if (draft.modes.charAt(i) == 'o' || draft.modes.charAt(i) == 't') {
                checkPolymorphic(draft.types.get(i), inputs, "cannot determine result data type");
            }
        }
        boolean internalInput = inputs.contains(TypeOid.INTERNAL);
        if (draft.returnType == TypeOid.INTERNAL && !internalInput) {
            throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "unsafe use of pseudo-type \"internal\"")
                    .withDetail("A result of type internal requires at least one input of type internal.").exception();
        }
    }

    private void checkPolymorphic(int type, List<Integer> inputs, String message) {
        String detail = RoutineTypes.undetermined(type, inputs, scope.names());
        if (detail != null) throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, message).withDetail(detail).exception();
    }

    // ---- OR REPLACE ----------------------------------------------------------------------------------------------

    void replace(RoutineDraft draft, RoutineDef old, boolean orReplace) {
        if (!orReplace) {
            throw new PgException(SqlState.DUPLICATE_FUNCTION, "function \"" + draft.name + "\" already exists with same argument types");
        }
        Ownership.require(old, scope);
        if (old.kind() != draft.kind) {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "cannot change routine kind").withDetail("\"" + old.name() + "\" is a"
                    + switch (old.kind()) {
                        case 'a' -> "n aggregate function.";
                        case 'p' -> " procedure.";
                        case 'w' -> " window function.";
                        default -> " function.";
                    }).exception();
        }
        String drop = "Use DROP " + (draft.kind == 'p' ? "PROCEDURE" : draft.kind == 'a' ? "AGGREGATE" : "FUNCTION") + " " + RoutineLookup.signature(old, scope.names()) + " first.";
        if (old.returnTypeOid() != draft.returnType || old.returnsSet() != draft.returnsSet) {
            throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, draft.kind == 'p' ? "cannot change whether a procedure has output parameters"
                    : "cannot change return type of existing function").withHint(drop).exception();
        }
        if (draft.returnType == TypeOid.RECORD && !outputs(old.allArgTypes(), old.argModes(), old.argNames()).equals(
                outputs(draft.types, draft.modes, draft.names))) {
            throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "cannot change return type of existing function")
                    .withDetail("Row type defined by OUT parameters is different.").withHint(drop).exception();
        }
        List<String> before = inputNames(old.argModes(), old.argNames(), old.allArgTypes().size());
        List<String> after = inputNames(draft.modes, draft.names, draft.types.size());
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i).isEmpty() || before.get(i).equals(after.get(i))) continue;
            throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "cannot change name of input parameter \"" + before.get(i) + "\"")
                    .withHint(drop).exception();
        }
        if (draft.defaults.size() < old.argDefaults().size()) {
            throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "cannot remove parameter defaults from existing function").withHint(drop)
                    .exception();
        }
        draft.oid = old.oid();
        draft.owner = old.owner();
        draft.acl = old.acl();
    }

    private static List<String> outputs(List<Integer> types, String modes, List<String> names) {
        List<String> outputs = new java.util.ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            if ("obt".indexOf(modes.charAt(i)) >= 0) outputs.add((i < names.size() ? names.get(i) : "") + " " + types.get(i));
        }
        return outputs;
    }

    private static List<String> inputNames(String modes, List<String> names, int count) {
        List<String> inputs = new java.util.ArrayList<>();
        for (int i = 0; i < count; i++) {
            if ("ibv".indexOf(modes.charAt(i)) >= 0) inputs.add(i < names.size() ? names.get(i) : "");
        }
        return inputs;
    }
}
