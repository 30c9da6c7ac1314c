package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.RoutineTypes;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.ObjectStatement;
import io.craton.sql.syntax.Option;
import io.craton.sql.syntax.SelectStatement.Persistence;
import io.craton.sql.syntax.TypeName;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.AggregateDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** CREATE AGGREGATE (DefineAggregate, AggregateCreate): functions put together, each of the types that the others want. One statement. */
final class AggregateDdl {
    private static final Set<String> KNOWN = Set.of("sfunc", "finalfunc", "combinefunc", "serialfunc", "deserialfunc", "msfunc", "minvfunc", "mfinalfunc",
            "finalfunc_extra", "mfinalfunc_extra", "finalfunc_modify", "mfinalfunc_modify", "sortop", "basetype", "hypothetical", "stype", "sspace", "mstype",
            "msspace", "initcond", "minitcond", "parallel");
    private static final Map<String, String> OLD_NAMES = Map.of("sfunc1", "sfunc", "stype1", "stype", "initcond1", "initcond");

    private final Scope scope;
    private final ObjectStatement.Define define;
    private final Map<String, Option> given = new HashMap<>();
    private final RoutineDraft draft = new RoutineDraft();
    private char kind = 'n';
    private int direct;
    private List<PgType> arguments = List.of();

    AggregateDdl(ObjectStatement.Define define, Scope scope) {
        this.define = define;
        this.scope = scope;
    }

    String run() {
        draft.kind = 'a';
        draft.schema = ObjectNames.creationSchema(define.name(), Persistence.PERMANENT, scope);
        draft.name = define.name().name();
        boolean oldStyle = define.aggregateArguments() == null;
        if (!oldStyle && define.directArguments() >= 0) {
            kind = 'o';
            direct = define.directArguments();
        }
        read();
        require("stype");
        require("sfunc");
        requireMovingTogether();
        if (oldStyle) oldArguments();
        else newArguments();
        PgType state = stateType("stype");
        requireSerializers(state);
        PgType movingState = given.containsKey("mstype") ? stateType("mstype") : null;
        checkInitial("initcond", state);
        if (movingState != null) checkInitial("minitcond", movingState);
        draft.parallel = parallel();
        AggregateDef made = make(state, movingState);
        RoutineDef existing = RoutineLookup.exact(draft.schema, draft.name, RoutineLookup.inputs(draft.types, draft.modes), scope);
        if (existing != null) {
            new RoutineCreation(scope).replace(draft, existing, define.orReplace());
            AggregateDef old = scope.context().catalog().find(AggregateDef.class, existing.oid());
            if (old != null && (old.kind() != kind || old.directArguments() != direct)) {
                throw PgError.error(SqlState.WRONG_OBJECT_TYPE, "cannot change routine kind").withDetail("\"" + draft.name + "\" is "
                        + (old.kind() == 'n' ? "an ordinary aggregate function." : old.kind() == 'o' ? "an ordered-set aggregate." : "a hypothetical-set aggregate."))
                        .exception();
            }
        } else {
            draft.oid = scope.context().transaction().newOid();
            draft.owner = scope.context().session().currentUserOid();
            draft.acl = DefaultPrivileges.of('f', draft.schema, scope);
        }
        scope.context().transaction().change(new CatalogChange.Put(draft.make()));
        scope.context().transaction().change(new CatalogChange.Put(withOid(made, draft.oid)));
        return "CREATE AGGREGATE";
    }

    private static AggregateDef withOid(AggregateDef a, int oid) {
        return new AggregateDef(oid, a.kind(), a.directArguments(), a.transitionOid(), a.finalOid(), a.combineOid(), a.serialOid(), a.deserialOid(),
                a.movingTransitionOid(), a.movingInverseOid(), a.movingFinalOid(), a.finalExtra(), a.movingFinalExtra(), a.finalModify(),
                a.movingFinalModify(), a.sortOperatorOid(), a.stateTypeOid(), a.stateSpace(), a.movingStateTypeOid(), a.movingStateSpace(), a.initial(),
                a.movingInitial());
    }

    // ---- the definition ------------------------------------------------------------------------------------------

    private void read() {
        for (Option option : define.definition()) {
            String name = OLD_NAMES.getOrDefault(option.name(), option.name());
            if (!KNOWN.contains(name)) {
                scope.context().notice(PgError.warning(SqlState.SYNTAX_ERROR, "aggregate attribute \"" + option.name() + "\" not recognized"));
                continue;
            }
            given.put(name, option);
            if (name.equals("hypothetical") && OptionTexts.flag(option)) {
                if (kind == 'n') throw invalid("only ordered-set aggregates can be hypothetical");
                kind = 'h';
            }
            if (name.endsWith("func_modify")) modify(name, 'r');
        }
    }

    private void require(String name) {
        if (!given.containsKey(name)) throw invalid("aggregate " + name + " must be specified");
    }

    private void requireMovingTogether() {
        if (given.containsKey("mstype")) {
            for (String name : List.of("msfunc", "minvfunc")) {
                if (!given.containsKey(name)) throw invalid("aggregate " + name + " must be specified when mstype is specified");
            }
            return;
        }
        for (String name : List.of("msfunc", "minvfunc", "mfinalfunc", "msspace", "minitcond")) {
            if (given.containsKey(name)) throw invalid("aggregate " + name + " must not be specified without mstype");
        }
    }

    private void oldArguments() {
        if (!given.containsKey("basetype")) throw invalid("aggregate input type must be specified");
        TypeName base = DefinitionList.type(java.util.Objects.requireNonNull(given.get("basetype")));
        if (base.names().getLast().equalsIgnoreCase("any")) return;
        arguments = List.of(DefinitionList.resolved(base, scope));
        draft.types = arguments.stream().map(PgType::oid).toList();
        draft.modes = "i";
    }

    private void newArguments() {
        if (given.containsKey("basetype")) throw invalid("basetype is redundant with aggregate input type specification");
        RoutineArguments read = new RoutineArguments(scope, "aggregates");
        read.read(java.util.Objects.requireNonNull(define.aggregateArguments()), draft);
        arguments = draft.types.stream().map(scope.names()::requireType).toList();
    }

    private PgType stateType(String name) {
        PgType type = DefinitionList.resolved(DefinitionList.type(java.util.Objects.requireNonNull(given.get(name))), scope);
        boolean internal = type.oid() == TypeOid.INTERNAL && scope.context().session().superuser();
        if (type.isPseudo() && !RoutineTypes.polymorphic(type.oid()) && !internal) {
            throw invalid("aggregate transition data type cannot be " + DefinitionList.text(type.oid(), scope));
        }
        return type;
    }

    private void requireSerializers(PgType state) {
        boolean serial = given.containsKey("serialfunc");
        boolean deserial = given.containsKey("deserialfunc");
        if (serial != deserial) throw invalid("must specify both or neither of serialization and deserialization functions");
        if (serial && state.oid() != TypeOid.INTERNAL) {
            throw invalid("serialization functions may be specified only when the aggregate transition data type is internal");
        }
    }

    private void checkInitial(String name, PgType state) {
        String text = initial(name);
        if (text != null && !state.isPseudo()) TypeCodecs.fromText(state, text, -1, scope.context().format());
    }

    private @Nullable String initial(String name) {
        Option option = given.get(name);
        return option == null ? null : OptionTexts.text(option);
    }

    private char parallel() {
        Option option = given.get("parallel");
        if (option == null) return 'u';
        return switch (OptionTexts.text(option)) {
            case "safe" -> 's';
            case "restricted" -> 'r';
            case "unsafe" -> 'u';
            default -> throw new PgException(SqlState.SYNTAX_ERROR, "parameter \"parallel\" must be SAFE, RESTRICTED, or UNSAFE");
        };
    }

    private char modify(String name, char otherwise) {
        Option option = given.get(name);
        if (option == null) return otherwise;
        return switch (OptionTexts.text(option)) {
            case "read_only" -> 'r';
            case "shareable" -> 's';
            case "read_write" -> 'w';
            default -> throw new PgException(SqlState.SYNTAX_ERROR, "parameter \"" + name + "\" must be READ_ONLY, SHAREABLE, or READ_WRITE");
        };
    }

    private boolean flag(String name) {
        Option option = given.get(name);
        return option != null && OptionTexts.flag(option);
    }

    private int number(String name) {
        Option option = given.get(name);
        return option == null ? 0 : (int) OptionTexts.integer(option);
    }

    // ---- the functions -------------------------------------------------------------------------------------------

    private AggregateDef make(PgType state, @Nullable PgType movingState) {
        determined(state.oid(), SqlState.INVALID_FUNCTION_DEFINITION, "cannot determine transition data type");
        if (movingState != null) determined(movingState.oid(), SqlState.INVALID_FUNCTION_DEFINITION, "cannot determine transition data type");
        if (kind != 'n' && draft.variadic != 0 && draft.variadic != TypeOid.ANY) {
            throw new PgException(SqlState.FEATURE_NOT_SUPPORTED, "a variadic ordered-set aggregate must use VARIADIC type ANY");
        }
        if (kind == 'h') requireMatchingDirect();
        FunctionDef transition = transition("sfunc", state, "transition", "initcond");
        FunctionDef moving = movingState == null ? null : transition("msfunc", movingState, "transition", "minitcond");
        FunctionDef inverse = movingState == null ? null : transition("minvfunc", movingState, "inverse transition", null);
        if (inverse != null && inverse.strict() != java.util.Objects.requireNonNull(moving).strict()) {
            throw invalid("strictness of aggregate's forward and inverse transition functions must match");
        }
        Found last = last("finalfunc", state);
        int result = last == null ? state.oid() : last.result;
        FunctionDef combine = combine(state);
        FunctionDef serial = fixed("serialfunc", "serialization", List.of(TypeOid.INTERNAL), TypeOid.BYTEA);
        FunctionDef deserial = fixed("deserialfunc", "deserialization", List.of(TypeOid.BYTEA, TypeOid.INTERNAL), TypeOid.INTERNAL);
        determined(result, SqlState.DATATYPE_MISMATCH, "cannot determine result data type");
        if (result == TypeOid.INTERNAL && arguments.stream().noneMatch(type -> type.oid() == TypeOid.INTERNAL)) {
            throw PgError.error(SqlState.INVALID_FUNCTION_DEFINITION, "unsafe use of pseudo-type \"internal\"")
                    .withDetail("A result of type internal requires at least one input of type internal.").exception();
        }
        Found movingLast = movingState == null ? null : last("mfinalfunc", movingState);
        int movingResult = movingState == null ? result : movingLast == null ? movingState.oid() : movingLast.result;
        if (movingResult != result) {
            throw invalid("moving-aggregate implementation returns type " + DefinitionList.text(movingResult, scope) + ", but plain implementation returns type "
                    + DefinitionList.text(result, scope));
        }
        int sort = sortOperator();
        for (PgType type : arguments) Ownership.requireUsage(type, scope);
        Ownership.requireUsage(state, scope);
        if (movingState != null) Ownership.requireUsage(movingState, scope);
        Ownership.requireUsage(scope.names().requireType(result), scope);
        draft.language = "internal";
        draft.body = "aggregate_dummy";
        draft.volatility = 'i';
        draft.cost = 1;
        draft.rows = 0;
        draft.returnType = result;
        char otherwise = kind == 'n' ? 'r' : 'w';
        return new AggregateDef(0, kind, direct, transition.oid(), oid(last), oid(combine), oid(serial), oid(deserial), oid(moving), oid(inverse),
                oid(movingLast), flag("finalfunc_extra"), flag("mfinalfunc_extra"), modify("finalfunc_modify", otherwise),
                modify("mfinalfunc_modify", otherwise), sort, state.oid(), number("sspace"), movingState == null ? 0 : movingState.oid(), number("msspace"),
                initial("initcond"), initial("minitcond"));
    }

    private static int oid(@Nullable FunctionDef function) {
        return function == null ? 0 : function.oid();
    }

    private static int oid(@Nullable Found found) {
        return found == null ? 0 : found.function.oid();
    }

    private void determined(int type, SqlState state, String message) {
        String detail = RoutineTypes.undetermined(type, arguments.stream().map(PgType::oid).toList(), scope.names());
        if (detail != null) throw PgError.error(state, message).withDetail(detail).exception();
    }

    private void requireMatchingDirect() {
        int aggregated = arguments.size() - direct;
        if (aggregated == 0) return;
        boolean match = draft.variadic == 0 && direct >= aggregated
                && arguments.subList(direct - aggregated, direct).equals(arguments.subList(direct, arguments.size()));
        if (!match) throw invalid("a hypothetical-set aggregate must have direct arguments matching its aggregated arguments");
    }

    /** Of the state and the aggregated arguments. */
    private FunctionDef transition(String option, PgType state, String what, @Nullable String initial) {
        List<PgType> types = new ArrayList<>(List.of(state));
        types.addAll(kind == 'n' ? arguments : direct < arguments.size() ? arguments.subList(direct, arguments.size()) : arguments.subList(direct - 1, direct));
        List<String> name = name(option);
        Found found = lookup(name, types, draft.variadic);
        if (found.result != state.oid()) {
            throw new PgException(SqlState.DATATYPE_MISMATCH,
                    "return type of " + what + " function " + String.join(".", name) + " is not " + DefinitionList.text(state.oid(), scope));
        }
        boolean takesFirst = initial != null && found.function.strict() && !given.containsKey(initial);
        if (takesFirst && (arguments.isEmpty() || !RoutineTypes.binaryCoercible(arguments.getFirst(), state.oid(), scope.names()))) {
            throw invalid("must not omit initial value when transition function is strict and transition type is not compatible with input type");
        }
        return found.function;
    }

    private @Nullable Found last(String option, PgType state) {
        if (!given.containsKey(option)) return null;
        boolean extra = flag(option + "_extra");
        List<PgType> types = new ArrayList<>(List.of(state));
        types.addAll(extra ? arguments : arguments.subList(0, direct));
        Found found = lookup(name(option), types, extra || direct == arguments.size() ? draft.variadic : 0);
        if (extra && found.function.strict()) throw invalid("final function with extra arguments must not be declared STRICT");
        return found;
    }

    private @Nullable FunctionDef combine(PgType state) {
        if (!given.containsKey("combinefunc")) return null;
        List<String> name = name("combinefunc");
        Found found = lookup(name, List.of(state, state), 0);
        if (found.result != state.oid()) {
            throw new PgException(SqlState.DATATYPE_MISMATCH,
                    "return type of combine function " + String.join(".", name) + " is not " + DefinitionList.text(state.oid(), scope));
        }
        if (state.oid() == TypeOid.INTERNAL && found.function.strict()) {
            throw invalid("combine function with transition type internal must not be declared STRICT");
        }
        return found.function;
    }

    private @Nullable FunctionDef fixed(String option, String what, List<Integer> types, int result) {
        if (!given.containsKey(option)) return null;
        List<String> name = name(option);
        Found found = lookup(name, types.stream().map(scope.names()::requireType).toList(), 0);
        if (found.result != result) {
            throw new PgException(SqlState.DATATYPE_MISMATCH,
                    "return type of " + what + " function " + String.join(".", name) + " is not " + DefinitionList.text(result, scope));
        }
        return found.function;
    }

    private int sortOperator() {
        if (!given.containsKey("sortop")) return 0;
        if (arguments.size() != 1) throw invalid("sort operator can only be specified for single-argument aggregates");
        List<String> name = name("sortop");
        int type = arguments.getFirst().oid();
        OperatorDef found = OperatorDdl.exact(name, type, type, scope);
        if (found == null) throw OperatorDdl.missing(name, type, type, scope);
        return found.oid();
    }

    private List<String> name(String option) {
        return DefinitionList.name(java.util.Objects.requireNonNull(given.get(option)));
    }

    private record Found(FunctionDef function, int result) {}

    /** lookup_agg_function. */
    private Found lookup(List<String> name, List<PgType> types, int variadic) {
        RoutineTypes.Lookup found = RoutineTypes.lookup(name, types, scope.names());
        if (found == null || found.function().kind() != 'f') throw DefinitionList.missing(name, types, scope);
        String signature = RoutineTypes.signature(name, types, scope.names());
        if (found.function().returnsSet()) throw new PgException(SqlState.DATATYPE_MISMATCH, "function " + signature + " returns a set");
        if (variadic == TypeOid.ANY && found.function().variadicType() != TypeOid.ANY) {
            throw new PgException(SqlState.DATATYPE_MISMATCH, "function " + signature + " must accept VARIADIC ANY to be used in this aggregate");
        }
        for (int i = 0; i < types.size(); i++) {
            if (!RoutineTypes.binaryCoercible(types.get(i), found.declared().get(i), scope.names())) {
                throw new PgException(SqlState.DATATYPE_MISMATCH, "function " + signature + " requires run-time type coercion");
            }
        }
        DefinitionList.requireExecute(found.function(), scope);
        return new Found(found.function(), found.result());
    }

    private static PgException invalid(String message) {
        return RoutineArguments.invalid(message);
    }
}
