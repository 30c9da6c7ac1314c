package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.core.type.PgTypes;
import io.craton.core.type.TypeOid;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.function.OperatorFamilies;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CASE, COALESCE, GREATEST, LEAST, ARRAY: forms whose parts get one common type. One analysis. */
final class ConditionalAnalyzer {
    private final Analysis analysis;
    private final ExpressionAnalyzer expressions;

    ConditionalAnalyzer(Analysis analysis, ExpressionAnalyzer expressions) {
        this.analysis = analysis;
        this.expressions = expressions;
    }

    Scalar choice(Expr.Case n, Scope scope) {
        boolean setsBefore = scope.sets;
        scope.sets = false;
        Scalar operand = null;
        Scalar placeholder = null;
        if (n.operand() != null) {
            operand = analysis.coercions.resolveUnknown(expressions.analyze(n.operand(), scope), Positions.of(n.operand()));
            placeholder = new Scalar.CaseOperand(operand.type(), operand.typmod());
            int collation = Collations.collation(operand);
            if (collation != 0) placeholder = new Scalar.Collate(placeholder, collation, false);
        }
        List<Scalar> conditions = new ArrayList<>();
        List<Scalar> results = new ArrayList<>();
        List<Expr> resultSources = new ArrayList<>();
        for (Expr.When when : n.whens()) {
            Scalar condition = expressions.analyze(when.condition(), scope);
            int position = Positions.of(when.condition());
            if (placeholder != null) {
                condition = analysis.operators.call(List.of("="), placeholder, 0, condition, position, when.position());
            }
            conditions.add(analysis.coercions.toBoolean(condition, "CASE/WHEN", position));
            results.add(expressions.analyze(when.result(), scope));
            resultSources.add(when.result());
        }
        Scalar otherwise = n.otherwise() == null ? new Scalar.Constant(null, PgTypes.UNKNOWN, -1)
                : expressions.analyze(n.otherwise(), scope);
        if (scope.sets) {
            throw setError("CASE", scope.setPosition);
        }
        scope.sets = setsBefore;
        // PostgreSQL puts ELSE first in the choice of the common type
        List<Scalar> candidates = new ArrayList<>();
        int[] positions = new int[results.size() + 1];
        candidates.add(otherwise);
        positions[0] = n.otherwise() == null ? 0 : Positions.of(n.otherwise());
        for (int i = 0; i < results.size(); i++) {
            candidates.add(results.get(i));
            positions[i + 1] = Positions.of(resultSources.get(i));
        }
        PgType type = CommonTypes.select(candidates, positions, "CASE", analysis.rules, analysis.catalog);
        otherwise = analysis.coercions.toCommon(otherwise, type, "CASE/ELSE", positions[0]);
        List<Scalar.When> whens = new ArrayList<>();
        List<Scalar> typed = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            Scalar result = analysis.coercions.toCommon(results.get(i), type, "CASE/WHEN", positions[i + 1]);
            typed.add(result);
            whens.add(new Scalar.When(conditions.get(i), result));
        }
        typed.add(otherwise);
        return new Scalar.Case(operand, whens, otherwise, type, n.otherwise() == null ? typmodWithoutElse(typed, type) : CommonTypes.typmod(typed, type));
    }

    private static int typmodWithoutElse(List<Scalar> typed, PgType type) {
        return CommonTypes.typmod(typed.subList(0, typed.size() - 1), type);
    }

    private static RuntimeException setError(String construct, int position) {
        return PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "set-returning functions are not allowed in " + construct)
                .withHint("You might be able to move the set-returning function into a LATERAL FROM item.")
                .withPosition(position).exception();
    }

    Scalar coalesce(Expr.Coalesce n, Scope scope) {
        boolean setsBefore = scope.sets;
        scope.sets = false;
        List<Scalar> arguments = expressions.list(n.arguments(), scope);
        PgType type = CommonTypes.select(arguments, ExpressionAnalyzer.positions(n.arguments()), "COALESCE", analysis.rules,
                analysis.catalog);
        List<Scalar> typed = typed(arguments, n.arguments(), type, "COALESCE");
        if (scope.sets) throw setError("COALESCE", scope.setPosition);
        scope.sets = setsBefore;
        return new Scalar.Coalesce(typed, type, CommonTypes.typmod(typed, type));
    }

    private List<Scalar> typed(List<Scalar> arguments, List<Expr> sources, PgType type, String construct) {
        List<Scalar> typed = new ArrayList<>(arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            typed.add(analysis.coercions.toCommon(arguments.get(i), type, construct, Positions.of(sources.get(i))));
        }
        return typed;
    }

    Scalar extreme(Expr.MinMax n, Scope scope) {
        String name = n.greatest() ? "GREATEST" : "LEAST";
        List<Scalar> arguments = expressions.list(n.arguments(), scope);
        PgType type = CommonTypes.select(arguments, ExpressionAnalyzer.positions(n.arguments()), name, analysis.rules,
                analysis.catalog);
        List<Scalar> typed = typed(arguments, n.arguments(), type, name);
        OperatorDef less = OperatorFamilies.less(type, analysis.catalog);
        if (less == null) {
            throw PgError.error(SqlState.UNDEFINED_FUNCTION, "could not identify a comparison function for type "
                    + TypeNames.of(type, analysis.catalog)).exception();
        }
        FunctionDef function = analysis.operators.function(less, n.position());
        return new Scalar.Extreme(n.greatest(), function, typed, type, CommonTypes.typmod(typed, type));
    }

    /** int2vector and oidvector are elements of arrays, not further dimensions. */
    private static boolean vector(PgType type) {
        return type.oid() == TypeOid.INT2VECTOR || type.oid() == TypeOid.OIDVECTOR;
    }

    /** @param wanted element type asked for by a cast around it, null for none */
    Scalar array(Expr.ArrayExpr n, Scope scope, @Nullable PgType wanted, int wantedTypmod) {
        List<Scalar> elements = new ArrayList<>();
        boolean nested = false;
        for (Expr element : n.elements()) {
            if (element instanceof Expr.ArrayExpr inner) {
                elements.add(array(inner, scope, wanted, wantedTypmod));
                nested = true;
            } else {
                Scalar value = expressions.analyze(element, scope);
                if (value.type().isArray() && !vector(value.type())) nested = true;
                elements.add(value);
            }
        }
        CatalogView catalog = analysis.catalog;
        if (elements.isEmpty()) {
            if (wanted == null) {
                throw PgError.error(SqlState.INDETERMINATE_DATATYPE, "cannot determine type of empty array")
                        .withHint("Explicitly cast to the desired type, for example ARRAY[]::integer[].")
                        .withPosition(n.position()).exception();
            }
            return new Scalar.ArrayValue(List.of(), false, catalog.arrayType(wanted));
        }
        if (wanted != null) {
            PgType elementType = nested ? catalog.arrayType(wanted) : wanted;
            List<Scalar> typed = new ArrayList<>();
            for (int i = 0; i < elements.size(); i++) {
                int position = Positions.of(n.elements().get(i));
                Scalar value = analysis.coercions.toTarget(elements.get(i), elementType, wantedTypmod, CoercionContext.EXPLICIT, position);
                if (value == null) throw analysis.coercions.cannotCoerce(elements.get(i).type(), elementType, position);
                if (analysis.findings != null && value != elements.get(i)) analysis.findings.explicitCast(value);
                typed.add(value);
            }
            return new Scalar.ArrayValue(typed, nested, catalog.arrayType(wanted));
        }
        PgType type = CommonTypes.select(elements, ExpressionAnalyzer.positions(n.elements()), "ARRAY", analysis.rules, catalog);
        List<Scalar> typed = typed(elements, n.elements(), type, "ARRAY");
        PgType array = nested ? type : catalog.arrayType(type);
        if (nested && !type.isArray()) {
            throw PgError.error(SqlState.DATATYPE_MISMATCH, "ARRAY types " + TypeNames.of(type, catalog) + " cannot be matched")
                    .withPosition(n.position()).exception();
        }
        if (array == null) {
            throw PgError.error(SqlState.UNDEFINED_OBJECT, "could not find array type for data type " + TypeNames.of(type, catalog))
                    .withPosition(n.position()).exception();
        }
        if (type.oid() == TypeOid.UNKNOWN) throw new IllegalStateException("unresolved array element");
        return new Scalar.ArrayValue(typed, nested, array);
    }
}
