package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.AggregateRow;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.SelectStatement;
import io.craton.sql.syntax.SqlParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Function calls (parse_func): resolution, defaults, variadic and named arguments; aggregates and window calls are passed on. One analysis. */
final class CallAnalyzer {
    private final Analysis analysis;
    private final ExpressionAnalyzer expressions;
    private final AggregateAnalyzer aggregates;

    CallAnalyzer(Analysis analysis, ExpressionAnalyzer expressions) {
        this.analysis = analysis;
        this.expressions = expressions;
        this.aggregates = new AggregateAnalyzer(analysis, expressions);
    }

    Scalar analyze(Expr.FunctionCall n, Scope scope) {
        List<Scalar> arguments = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (Expr argument : n.arguments()) {
            if (argument instanceof Expr.NamedArgument named) {
                if (names.contains(named.name())) {
                    throw PgError.error(SqlState.SYNTAX_ERROR, "argument name \"" + named.name() + "\" used more than once")
                            .withPosition(named.position()).exception();
                }
                names.add(named.name());
                arguments.add(expressions.analyze(named.value(), scope));
                positions.add(Positions.of(named.value()));
            } else if (argument instanceof Expr.Star star) {
                if (star.qualifier().isEmpty()) return expressions.analyze(star, scope);
                Scalar variable = analysis.columns.variableRow(star.qualifier(), scope, star.position());
                if (variable != null) {
                    arguments.add(variable);
                    positions.add(star.position());
                    continue;
                }
                RangeItem item = analysis.columns.findItem(star.qualifier().size() > 1 ? star.qualifier().get(star.qualifier().size() - 2) : null,
                        star.qualifier().getLast(), star.position(), scope);
                if (item == null) throw MissingNames.relation(null, star.qualifier().getLast(), star.position(), scope);
                arguments.add(analysis.columns.wholeRow(item, scope, star.position()));
                positions.add(star.position());
            } else {
                if (!names.isEmpty()) {
                    throw PgError.error(SqlState.SYNTAX_ERROR, "positional argument cannot follow named argument")
                            .withPosition(Positions.of(argument)).exception();
                }
                Scalar value = expressions.analyze(argument, scope);
                if (isPlaceholder(value)) continue;
                arguments.add(value);
                positions.add(Positions.of(argument));
            }
        }
        int direct = arguments.size();
        if (n.withinGroup()) {
            for (SelectStatement.SortBy sort : n.orderBy()) {
                arguments.add(expressions.analyze(sort.value(), scope));
                positions.add(Positions.of(sort.value()));
            }
        }
        @Nullable Scalar filter = n.filter() == null ? null
                : expressions.condition(n.filter(), scope, ExpressionKind.FILTER, "FILTER");
        List<PgType> actual = types(arguments);
        FunctionResolver.Resolution resolution = analysis.functions.resolve(n.name(), actual, names, !n.variadic(), n.position());
        boolean plain = !n.star() && !n.distinct() && !n.withinGroup() && n.orderBy().isEmpty() && n.filter() == null
                && n.over() == null && !n.variadic();
        return switch (resolution) {
            case FunctionResolver.Resolution.Found found ->
                    found(n, found.candidate(), arguments, names, positions, direct, filter, scope);
            case FunctionResolver.Resolution.Coercion coercion -> {
                Scalar result = analysis.coercions.toTarget(arguments.getFirst(), coercion.target(), -1, CoercionContext.EXPLICIT,
                        positions.getFirst());
                if (result == null) throw analysis.coercions.cannotCoerce(actual.getFirst(), coercion.target(), n.position());
                if (analysis.findings != null && result != arguments.getFirst()) analysis.findings.explicitCast(result);
                yield result;
            }
            case FunctionResolver.Resolution.Ambiguous ambiguous ->
                    throw analysis.functions.ambiguous(n.name(), actual, names, n.position());
            case FunctionResolver.Resolution.NotFound missing -> {
                if (plain && arguments.size() == 1 && names.isEmpty() && n.name().size() == 1) {
                    List<io.craton.sql.logical.Relation.Field> fields = expressions.indirections().fields(arguments.getFirst());
                    if (fields != null) {
                        for (io.craton.sql.logical.Relation.Field field : fields) {
                            if (field.name().equals(n.name().getFirst())) {
                                yield expressions.indirections().field(arguments.getFirst(), field.name(), n.position(), scope);
                            }
                        }
                    }
                }
                throw missing(n, actual, names);
            }
        };
    }

    /** A parameter of type void: drivers write OUT arguments of functions so. */
    private static boolean isPlaceholder(Scalar value) {
        return value instanceof Scalar.Parameter && value.type().oid() == TypeOid.VOID;
    }

    /** CALL (transformCallStmt). */
    ProcedureCall procedure(Expr.FunctionCall n, Scope scope) {
        scope.kind = ExpressionKind.CALL_ARGUMENT;
        List<Scalar> arguments = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        for (Expr argument : n.arguments()) {
            Expr value = argument instanceof Expr.NamedArgument named ? named.value() : argument;
            if (argument instanceof Expr.NamedArgument named) {
                if (names.contains(named.name())) {
                    throw PgError.error(SqlState.SYNTAX_ERROR, "argument name \"" + named.name() + "\" used more than once")
                            .withPosition(named.position()).exception();
                }
                names.add(named.name());
            } else if (!names.isEmpty()) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "positional argument cannot follow named argument")
                        .withPosition(Positions.of(argument)).exception();
            }
            Scalar argumentValue = expressions.analyze(value, scope);
            if (isPlaceholder(argumentValue)) continue;
            arguments.add(argumentValue);
            positions.add(Positions.of(value));
        }
        List<PgType> actual = types(arguments);
        FunctionResolver.Resolution resolution = analysis.functions.resolve(n.name(), actual, names, !n.variadic(), n.position(), true);
        String signature = analysis.functions.signature(n.name(), actual, names);
        if (resolution instanceof FunctionResolver.Resolution.Ambiguous) {
            throw PgError.error(SqlState.AMBIGUOUS_FUNCTION, "procedure " + signature + " is not unique")
                    .withHint("Could not choose a best candidate procedure. You might need to add explicit type casts.")
                    .withPosition(n.position()).exception();
        }
        if (!(resolution instanceof FunctionResolver.Resolution.Found found)) {
            throw PgError.error(SqlState.UNDEFINED_FUNCTION, "procedure " + signature + " does not exist")
                    .withHint("No procedure matches the given name and argument types. You might need to add explicit type casts.")
                    .withPosition(n.position()).exception();
        }
        FunctionDef all = found.candidate().function();
        if (all.kind() != 'p') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, signature + " is not a procedure").withHint("To call a function, use SELECT.")
                    .withPosition(n.position()).exception();
        }
        List<Scalar> written = withDefaults(found.candidate(), arguments);
        int[] declared = Arrays.copyOf(found.candidate().types(), written.size());
        analysis.rules.polymorphism().resolve(types(written), declared, all.returnType(), false);
        List<Scalar> typed = typed(found.candidate(), written, declared, positions);
        if (found.candidate().parameterOf() != null) typed = inParameterOrder(typed, found.candidate().parameterOf());
        if (found.candidate().variadicCount() > 0) typed = packed(typed, found.candidate(), declared);
        return split(java.util.Objects.requireNonNull(analysis.catalog.function(all.oid())), typed);
    }

    private ProcedureCall split(FunctionDef procedure, List<Scalar> typed) {
        if (procedure.modes().isEmpty()) return new ProcedureCall(procedure, typed, List.of(), List.of());
        List<Scalar> inputs = new ArrayList<>();
        List<Scalar> outputs = new ArrayList<>();
        List<io.craton.sql.logical.Relation.Field> columns = new ArrayList<>();
        for (int i = 0; i < typed.size(); i++) {
            char mode = procedure.modes().charAt(i);
            if (mode != 'o') inputs.add(typed.get(i));
            if (mode != 'o' && mode != 'b') continue;
            outputs.add(typed.get(i));
            String name = i < procedure.names().size() ? procedure.names().get(i) : "";
            columns.add(new io.craton.sql.logical.Relation.Field(name.isEmpty() ? "column" + (columns.size() + 1) : name, typed.get(i).type(), -1));
        }
        return new ProcedureCall(procedure, inputs, outputs, columns);
    }

    private PgException missing(Expr.FunctionCall n, List<PgType> actual, List<String> names) {
        if (n.orderBy().size() > 1 && !n.withinGroup()) {
            return PgError.error(SqlState.UNDEFINED_FUNCTION, "function " + analysis.functions.signature(n.name(), actual, names)
                            + " does not exist")
                    .withHint("No aggregate function matches the given name and argument types. Perhaps you misplaced ORDER BY; ORDER BY must appear after all regular arguments of the aggregate.")
                    .withPosition(n.position()).exception();
        }
        return analysis.functions.missing(n.name(), actual, names, n.position());
    }

    /** {@code row.name} as a call of function name; null when there is no such function. */
    @Nullable Scalar functionalNotation(String name, Scalar row, Scope scope, int position) {
        if (analysis.catalog.functions(null, name).isEmpty()) return null;
        FunctionResolver.Resolution resolution = analysis.functions.resolve(List.of(name), List.of(row.type()), List.of(), true, position);
        if (resolution instanceof FunctionResolver.Resolution.Found found && found.candidate().function().kind() == 'f') {
            Expr.FunctionCall call = Expr.FunctionCall.of(List.of(name), List.of(), Expr.CallSyntax.ORDINARY, position);
            return found(call, found.candidate(), new ArrayList<>(List.of(row)), List.of(), List.of(position), 1, null, scope);
        }
        return null;
    }

    private static List<PgType> types(List<Scalar> scalars) {
        List<PgType> types = new ArrayList<>(scalars.size());
        for (Scalar scalar : scalars) types.add(scalar.type());
        return types;
    }

    private Scalar found(Expr.FunctionCall n, FunctionCandidate candidate, List<Scalar> arguments, List<String> names,
            List<Integer> positions, int direct, @Nullable Scalar filter, Scope scope) {
        FunctionDef function = candidate.function();
        if (function.kind() == 'p') {
            throw PgError.error(SqlState.WRONG_OBJECT_TYPE, analysis.functions.signature(n.name(), types(arguments), names) + " is a procedure")
                    .withHint("To call a procedure, use CALL.").withPosition(n.position()).exception();
        }
        CallForms.check(n, function, analysis.catalog);
        List<Scalar> all = withDefaults(candidate, arguments);
        List<PgType> actual = types(all);
        int[] declared = Arrays.copyOf(candidate.types(), all.size());
        int result;
        try {
            result = analysis.rules.polymorphism().resolve(actual, declared, function.returnType(), false);
        } catch (PgException e) {
            throw e.at(n.position());
        }
        PgType resultType = analysis.catalog.requireType(result);
        List<Scalar> typed = typed(candidate, all, declared, positions);
        List<Scalar> written = new ArrayList<>(typed.subList(0, arguments.size()));
        for (int i = 0; i < written.size(); i++) if (declared[i] == TypeOid.ANY) written.set(i, all.get(i));
        if (candidate.parameterOf() != null) typed = inParameterOrder(typed, candidate.parameterOf());
        boolean variadicArray = n.variadic() && function.variadicType() == TypeOid.ANY;
        if (variadicArray) typed.set(typed.size() - 1, variadicArgument(typed.getLast(), positions.getLast()));
        boolean packed = candidate.variadicCount() > 0 && function.variadicType() != TypeOid.ANY;
        if (packed) typed = packed(typed, candidate, declared);
        if (n.withinGroup() && hypothetical(function)) matchHypothetical(n, typed, all, positions, direct);
        analysis.calls(function);
        if (function.kind() == 'a' || function.kind() == 'w') {
            return aggregates.analyze(n, function, typed, direct, filter, resultType, scope);
        }
        if (function.returnsSet()) {
            if (!scope.kind.allowsSets()) {
                throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, scope.kind.setError()).withPosition(n.position()).exception();
            }
            scope.sets = true;
            scope.setPosition = n.position();
        }
        Scalar call = new Scalar.Call(function, typed, resultType, -1, Collations.inputOf(typed, n.position()), n.position(), variadicArray);
        if (analysis.findings != null) {
            analysis.findings.call(call, new Findings.Written(packed || variadicArray ? typed : written, names, packed || n.variadic()));
        }
        return call;
    }

    /** Arguments in their declared types. */
    private List<Scalar> typed(FunctionCandidate candidate, List<Scalar> all, int[] declared, List<Integer> positions) {
        List<Scalar> typed = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            typed.add(argument(all.get(i), declared[i], candidate, i, i < positions.size() ? positions.get(i) : 0));
        }
        return typed;
    }

    private boolean hypothetical(FunctionDef function) {
        AggregateRow row = analysis.catalog.aggregate(function.oid());
        return row != null && row.kind() == 'h';
    }

    /** The hypothetical row has as many values as the order has keys, and they agree in type (unify_hypothetical_args). */
    private void matchHypothetical(Expr.FunctionCall n, List<Scalar> typed, List<Scalar> given, List<Integer> positions, int direct) {
        int ordered = typed.size() - direct;
        if (ordered != direct) {
            throw PgError.error(SqlState.UNDEFINED_FUNCTION, "function " + analysis.functions.signature(n.name(), types(given), List.of())
                            + " does not exist")
                    .withHint("To use the hypothetical-set aggregate " + String.join(".", n.name())
                            + ", the number of hypothetical direct arguments (here " + direct
                            + ") must match the number of ordering columns (here " + ordered + ").")
                    .withPosition(n.position()).exception();
        }
        for (int i = 0; i < direct; i++) {
            int at = direct + i;
            PgType common = CommonTypes.select(List.of(given.get(at), given.get(i)), new int[] {positions.get(at), positions.get(i)},
                    "WITHIN GROUP", analysis.rules, analysis.catalog);
            typed.set(i, analysis.coercions.coerce(given.get(i), common, -1, CoercionContext.IMPLICIT, positions.get(i)));
            typed.set(at, analysis.coercions.coerce(given.get(at), common, -1, CoercionContext.IMPLICIT, positions.get(at)));
        }
    }

    /** The array written behind VARIADIC for parameters of any types. */
    private Scalar variadicArgument(Scalar value, int position) {
        PgType base = analysis.catalog.baseType(value.type());
        Scalar array = base.oid() == value.type().oid() ? value : new Scalar.Relabel(value, base, -1);
        if (array.type().isArray()) return array;
        throw PgError.error(SqlState.DATATYPE_MISMATCH, "VARIADIC argument must be an array").withPosition(position).exception();
    }

    private Scalar argument(Scalar value, int declared, FunctionCandidate candidate, int index, int position) {
        if (value.type().oid() == declared) return value;
        if (declared == TypeOid.ANY) {
            boolean variadic = candidate.variadicCount() > 0 && index >= candidate.types().length - candidate.variadicCount();
            return variadic ? analysis.coercions.resolveUnknown(value, position) : value;
        }
        PgType target = analysis.catalog.requireType(declared);
        return analysis.coercions.coerce(value, target, -1, CoercionContext.IMPLICIT, position);
    }

    private List<Scalar> withDefaults(FunctionCandidate candidate, List<Scalar> arguments) {
        if (candidate.defaultCount() == 0) return arguments;
        FunctionDef function = candidate.function();
        List<Scalar> all = new ArrayList<>(arguments);
        int parameters = function.argumentTypes().size();
        int firstDefault = parameters - function.defaults().size();
        for (int i = arguments.size(); i < parameters; i++) {
            int parameter = candidate.parameterOf() == null ? i : candidate.parameterOf()[i];
            Scalar value = expressions.analyze(SqlParser.parseStoredExpression(function.defaults().get(parameter - firstDefault)),
                    new Scope(analysis, null, null), ExpressionKind.FUNCTION_DEFAULT);
            int declared = function.argumentTypes().get(parameter);
            Scalar assigned = Polymorphism.isPolymorphic(declared) || value.type().oid() == TypeOid.UNKNOWN ? null
                    : analysis.coercions.toTarget(value, analysis.catalog.requireType(declared), -1, CoercionContext.ASSIGNMENT, 0);
            all.add(assigned == null ? value : assigned);
        }
        return all;
    }

    private static List<Scalar> inParameterOrder(List<Scalar> typed, int[] parameterOf) {
        Scalar[] ordered = new Scalar[typed.size()];
        for (int i = 0; i < ordered.length; i++) ordered[parameterOf[i]] = typed.get(i);
        return new ArrayList<>(Arrays.asList(ordered));
    }

    private List<Scalar> packed(List<Scalar> typed, FunctionCandidate candidate, int[] declared) {
        int first = typed.size() - candidate.variadicCount();
        List<Scalar> result = new ArrayList<>(typed.subList(0, first));
        PgType element = analysis.catalog.requireType(declared[first]);
        PgType array = analysis.catalog.arrayType(element);
        if (array == null) {
            throw PgError.error(SqlState.UNDEFINED_OBJECT, "could not find array type for data type "
                    + TypeNames.of(element, analysis.catalog)).exception();
        }
        result.add(new Scalar.ArrayValue(typed.subList(first, typed.size()), false, array));
        return result;
    }

}
