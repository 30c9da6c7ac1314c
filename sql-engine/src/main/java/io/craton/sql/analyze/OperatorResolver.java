package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.logical.Scalar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the operator that a symbol means for its operands, and makes the call (parse_oper). One analysis, one thread. */
final class OperatorResolver {
    private final Analysis analysis;
    private final CatalogView catalog;
    private final CoercionRules rules;

    OperatorResolver(Analysis analysis) {
        this.analysis = analysis;
        this.catalog = analysis.catalog;
        this.rules = analysis.rules;
    }

    /** make_op: an infix operator, or a prefix one when {@code left} is null. */
    Scalar call(List<String> name, @Nullable Scalar left, int leftPosition, Scalar right, int rightPosition, int position) {
        OperatorDef operator = left == null ? prefix(name, right.type(), position)
                : infix(name, left.type(), right.type(), position);
        return call(operator, left, leftPosition, right, rightPosition, position);
    }

    Scalar call(OperatorDef operator, @Nullable Scalar left, int leftPosition, Scalar right, int rightPosition, int position) {
        FunctionDef function = function(operator, position);
        analysis.calls(function);
        List<Scalar> arguments = new ArrayList<>(2);
        int[] declared;
        List<PgType> actual;
        if (left == null) {
            declared = new int[] {operator.right()};
            actual = List.of(right.type());
        } else {
            declared = new int[] {operator.left(), operator.right()};
            actual = List.of(left.type(), right.type());
        }
        int result = rules.polymorphism().resolve(actual, declared, operator.result(), false);
        int last = declared.length - 1;
        if (left != null) arguments.add(argument(left, declared[0], leftPosition));
        arguments.add(argument(right, declared[last], rightPosition));
        Scalar call = new Scalar.Call(function, arguments, catalog.requireType(result), -1, Collations.inputOf(arguments, position), position);
        if (analysis.findings != null) analysis.findings.operator(call, operator);
        return call;
    }

    private Scalar argument(Scalar scalar, int declared, int position) {
        if (scalar.type().oid() == declared) return scalar;
        return analysis.coercions.coerce(scalar, catalog.requireType(declared), -1, CoercionContext.IMPLICIT, position);
    }

    /** The function behind an operator. */
    FunctionDef function(OperatorDef operator, int position) {
        FunctionDef function = catalog.function(operator.functionOid());
        if (function == null) {
            throw PgError.error(SqlState.UNDEFINED_FUNCTION, "operator is only a shell: "
                    + signature(operator.name(), catalog.type(operator.left()), catalog.type(operator.right())))
                    .withPosition(position).exception();
        }
        return function;
    }

    OperatorDef infix(List<String> name, PgType left, PgType right, int position) {
        List<OperatorDef> named = named(name, position);
        OperatorDef found = find(named, left, right);
        if (found != null) return found;
        List<OperatorDef> candidates = candidates(named, 'b');
        if (!candidates.isEmpty()) {
            Overloads.Choice<OperatorDef> choice = Overloads.choose(List.of(left, right), candidates,
                    candidate -> new int[] {candidate.left(), candidate.right()}, rules, catalog);
            if (choice.chosen() != null) return choice.chosen();
            throw missing(name, left, right, choice.ambiguous(), position);
        }
        throw missing(name, left, right, false, position);
    }

    /** The infix operator, or null when there is none such or it is not unique. */
    @Nullable OperatorDef tryInfix(String symbol, PgType left, PgType right) {
        List<OperatorDef> named = catalog.operators(null, symbol);
        OperatorDef found = find(named, left, right);
        if (found != null) return found;
        List<OperatorDef> candidates = candidates(named, 'b');
        return candidates.isEmpty() ? null : Overloads.choose(List.of(left, right), candidates,
                candidate -> new int[] {candidate.left(), candidate.right()}, rules, catalog).chosen();
    }

    /** binary_oper_exact: exact types; an unknown operand is taken to be of the other's type. */
    private @Nullable OperatorDef find(List<OperatorDef> named, PgType left, PgType right) {
        PgType first = left;
        PgType second = right;
        boolean wasUnknown = false;
        if (left.oid() == TypeOid.UNKNOWN && right.oid() != TypeOid.UNKNOWN) {
            first = right;
            wasUnknown = true;
        } else if (right.oid() == TypeOid.UNKNOWN && left.oid() != TypeOid.UNKNOWN) {
            second = left;
            wasUnknown = true;
        }
        OperatorDef exact = exact(named, first.oid(), second.oid());
        if (exact != null) return exact;
        if (wasUnknown) {
            PgType base = catalog.baseType(first);
            if (base.oid() != first.oid()) return exact(named, base.oid(), base.oid());
        }
        return null;
    }

    private static @Nullable OperatorDef exact(List<OperatorDef> named, int left, int right) {
        for (OperatorDef candidate : named) {
            if (candidate.left() == left && candidate.right() == right) return candidate;
        }
        return null;
    }

    private OperatorDef prefix(List<String> name, PgType operand, int position) {
        List<OperatorDef> named = named(name, position);
        OperatorDef exact = exact(named, 0, operand.oid());
        if (exact != null) return exact;
        List<OperatorDef> candidates = candidates(named, 'l');
        boolean ambiguous = false;
        if (!candidates.isEmpty()) {
            Overloads.Choice<OperatorDef> choice = Overloads.choose(List.of(operand), candidates,
                    candidate -> new int[] {candidate.right()}, rules, catalog);
            if (choice.chosen() != null) return choice.chosen();
            ambiguous = choice.ambiguous();
        }
        throw missing(name, null, operand, ambiguous, position);
    }

    private static List<OperatorDef> candidates(List<OperatorDef> named, char kind) {
        List<OperatorDef> result = new ArrayList<>();
        for (OperatorDef candidate : named) if (candidate.kind() == kind) result.add(candidate);
        return result;
    }

    /** The operators that a possibly qualified symbol may mean. */
    private List<OperatorDef> named(List<String> name, int position) {
        if (name.size() > 1) {
            String schema = name.get(name.size() - 2);
            if (!catalog.schemaExists(schema)) {
                throw PgError.error(SqlState.UNDEFINED_SCHEMA, "schema \"" + schema + "\" does not exist")
                        .withPosition(position).exception();
            }
            return catalog.operators(schema, name.getLast());
        }
        return catalog.operators(null, name.getLast());
    }

    private PgException missing(List<String> name, @Nullable PgType left, PgType right, boolean ambiguous, int position) {
        String signature = signature(String.join(".", name), left, right);
        if (ambiguous) {
            return PgError.error(SqlState.AMBIGUOUS_FUNCTION, "operator is not unique: " + signature)
                    .withHint("Could not choose a best candidate operator. You might need to add explicit type casts.")
                    .withPosition(position).exception();
        }
        return PgError.error(SqlState.UNDEFINED_FUNCTION, "operator does not exist: " + signature)
                .withHint(left == null
                        ? "No operator matches the given name and argument type. You might need to add an explicit type cast."
                        : "No operator matches the given name and argument types. You might need to add explicit type casts.")
                .withPosition(position).exception();
    }

    private String signature(String name, @Nullable PgType left, PgType right) {
        return left == null ? name + " " + TypeNames.of(right, catalog)
                : TypeNames.of(left, catalog) + " " + name + " " + TypeNames.of(right, catalog);
    }
}
