package io.craton.sql.plan;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgArray;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.expr.Scalars;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.CastRow;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Scalars as PostgreSQL's EXPLAIN shows them. One EXPLAIN. */
final class ScalarPrinter {
    private static final Map<Integer, OperatorDef> OPERATORS = operators();
    private static final Set<Integer> CASTS = BuiltinCatalog.casts().stream().map(CastRow::functionOid).filter(oid -> oid != 0)
            .collect(Collectors.toUnmodifiableSet());

    /**
     * What columns are called, and those of the rows around.
     *
     * @param qualified with the alias of their table, as queries inside call them
     */
    record Names(IntFunction<String> columns, IntFunction<String> qualified, @Nullable Names outer) {
        private String outer(int level, int index) {
            Names names = this;
            for (int i = 0; i < level && names != null; i++) names = names.outer;
            return names == null ? "?column?" : names.qualified.apply(index);
        }
    }

    private final FormatContext format;
    private final BiFunction<Scalar, Names, String> subqueries;

    /** @param subqueries the name under which a subquery's plan is shown */
    ScalarPrinter(FormatContext format, BiFunction<Scalar, Names, String> subqueries) {
        this.format = format;
        this.subqueries = subqueries;
    }

    String identifier(String name) {
        return format.names().identifier(name);
    }

    private static Map<Integer, OperatorDef> operators() {
        Map<Integer, OperatorDef> map = new HashMap<>();
        for (OperatorDef operator : BuiltinCatalog.operators()) {
            boolean minus = operator.kind() == 'l' && operator.name().equals("-");
            if (operator.kind() == 'b' || minus) map.putIfAbsent(operator.functionOid(), operator);
        }
        return Map.copyOf(map);
    }

    /** A condition of several parts. */
    String conditions(List<Scalar> conjuncts, Names names) {
        return conjuncts.size() == 1 ? print(conjuncts.get(0), names)
                : "(" + conjuncts.stream().sorted(Comparator.comparingDouble(ScalarPrinter::cost)).map(each -> print(each, names)).collect(Collectors.joining(" AND ")) + ")";
    }

    /** {@code left = right} with its sides exchanged; null when it has none. */
    static @Nullable Scalar commuted(Scalar condition) {
        if (!(condition instanceof Scalar.Call call) || call.arguments().size() != 2) return null;
        OperatorDef operator = OPERATORS.get(call.function().oid());
        OperatorDef other = operator == null ? null : BuiltinCatalog.operator(operator.commutator());
        FunctionDef function = other == null ? null : BuiltinCatalog.function(other.functionOid());
        return function == null ? null : new Scalar.Call(function, call.arguments().reversed(), call.type(), call.typmod(), call.collation(), call.position(), false);
    }

    /** What the opposite of an operator computes; null when it is no operator or has none. */
    static @Nullable FunctionDef negated(FunctionDef function) {
        OperatorDef operator = OPERATORS.get(function.oid());
        OperatorDef other = operator == null || operator.negator() == 0 ? null : BuiltinCatalog.operator(operator.negator());
        return other == null ? null : BuiltinCatalog.function(other.functionOid());
    }

    /** PostgreSQL shows (and tests) cheap conditions first. */
    private static double cost(Scalar scalar) {
        double cost = switch (scalar) {
            case Scalar.Call call -> 1;
            case Scalar.Distinct distinct -> 1;
            case Scalar.NullIf nullIf -> 1;
            case Scalar.CoerceViaIo coerce -> 2;
            case Scalar.AnyAll any -> any.array() instanceof Scalar.Constant constant && constant.value() instanceof PgArray array
                    ? array.elements().length * 0.5 : 5;
            default -> Scalars.subquery(scalar) != null ? 1000 : 0;
        };
        for (Scalar child : Scalars.children(scalar)) cost += cost(child);
        return cost;
    }

    /** Of a record whose shape only its function knows, the fields have no names. */
    private static String fieldName(Scalar.Field field) {
        List<PgType.Field> fields = field.argument().type().fields();
        return field.index() < fields.size() ? fields.get(field.index()).name() : "f" + (field.index() + 1);
    }

    String print(Scalar scalar, Names names) {
        return switch (scalar) {
            case Scalar.Constant constant -> constant(constant);
            case Scalar.Parameter parameter -> "$" + (parameter.index() + 1);
            case Scalar.Column column -> names.columns().apply(column.index());
            case Scalar.OuterColumn outer -> names.outer(outer.level(), outer.index());
            case Scalar.Call call when call.arguments().size() == 2 && call.arguments().get(1) instanceof Scalar.CursorKey key -> print(key, names);
            case Scalar.Call call -> call(call, names);
            case Scalar.Logical logical -> logical.arguments().stream().map(each -> print(each, names))
                    .collect(Collectors.joining(" " + logical.kind() + " ", "(", ")"));
            case Scalar.Not not -> "(NOT " + print(not.argument(), names) + ")";
            case Scalar.IsNull test -> "(" + print(test.argument(), names) + (test.negated() ? " IS NOT NULL)" : " IS NULL)");
            case Scalar.TruthTest test -> "(" + print(test.argument(), names) + " IS " + (test.negated() ? "NOT " : "") + test.truth() + ")";
            case Scalar.Distinct distinct -> "(" + print(distinct.left(), names) + " IS " + (distinct.negated() ? "NOT " : "") + "DISTINCT FROM "
                    + print(distinct.right(), names) + ")";
            case Scalar.Relabel relabel -> "(" + print(relabel.argument(), names) + ")::" + name(relabel.type());
            case Scalar.CoerceViaIo coerce -> "(" + print(coerce.argument(), names) + ")::" + name(coerce.type());
            case Scalar.ArrayCoercion coercion -> "(" + print(coercion.argument(), names) + ")::" + name(coercion.type());
            case Scalar.DomainCheck check -> "(" + print(check.argument(), names) + ")::" + name(check.type());
            case Scalar.Collate collate -> print(collate.argument(), names);
            case Scalar.Coalesce coalesce -> "COALESCE(" + list(coalesce.arguments(), names) + ")";
            case Scalar.NullIf nullIf -> "NULLIF(" + print(nullIf.left(), names) + ", " + print(nullIf.right(), names) + ")";
            case Scalar.Extreme extreme -> (extreme.greatest() ? "GREATEST(" : "LEAST(") + list(extreme.arguments(), names) + ")";
            case Scalar.ArrayValue array -> "ARRAY[" + list(array.elements(), names) + "]";
            case Scalar.RowValue row -> "ROW(" + list(row.fields(), names) + ")";
            case Scalar.Field field -> "(" + print(field.argument(), names) + ")." + fieldName(field);
            case Scalar.Element element -> "(" + print(element.argument(), names) + ")" + element.subscripts().stream()
                    .map(each -> "[" + (each.lower() == null ? "" : print(each.lower(), names) + ":") + (each.upper() == null ? "" : print(each.upper(), names)) + "]")
                    .collect(Collectors.joining());
            case Scalar.AnyAll any -> "(" + print(any.left(), names) + " " + operator(any.operator()) + (any.all() ? " ALL (" : " ANY (")
                    + print(any.array(), names) + "))";
            case Scalar.RowCompare compare -> "(ROW(" + list(compare.left(), names) + ") " + compare.kind() + " ROW(" + list(compare.right(), names) + "))";
            case Scalar.Case branches -> "CASE " + (branches.operand() == null ? "" : print(branches.operand(), names) + " ") + branches.whens().stream()
                    .map(when -> "WHEN " + print(when.condition(), names) + " THEN " + print(when.result(), names))
                    .collect(Collectors.joining(" ")) + " ELSE " + print(branches.otherwise(), names) + " END";
            case Scalar.CaseOperand operand -> "CASE_TEST_EXPR";
            case Scalar.CursorKey key -> "CURRENT OF " + identifier(key.cursor());
            case Scalar.SessionValue value -> value.name().toUpperCase(java.util.Locale.ROOT);
            case Scalar.Exists exists -> subqueries.apply(exists, names);
            case Scalar.ScalarSubquery subquery -> subqueries.apply(subquery, names);
            case Scalar.RowSubquery subquery -> subqueries.apply(subquery, names);
            case Scalar.ArraySubquery subquery -> subqueries.apply(subquery, names);
            case Scalar.QuantifiedSubquery quantified -> subqueries.apply(quantified, names);
            default -> scalar.getClass().getSimpleName();
        };
    }

    String list(List<Scalar> scalars, Names names) {
        return scalars.stream().map(each -> print(each, names)).collect(Collectors.joining(", "));
    }

    private String call(Scalar.Call call, Names names) {
        FunctionDef function = call.function();
        List<Scalar> arguments = call.arguments();
        OperatorDef operator = OPERATORS.get(function.oid());
        if (operator != null && operator.kind() == 'b' && arguments.size() == 2) {
            return "(" + print(arguments.get(0), names) + " " + operator.name() + " " + print(arguments.get(1), names) + ")";
        }
        if (operator != null && operator.kind() == 'l' && arguments.size() == 1) return "(" + operator.name() + " " + print(arguments.get(0), names) + ")";
        if (CASTS.contains(function.oid()) && function.name().equals(call.type().name())) return "(" + print(arguments.get(0), names) + ")::" + name(call.type());
        boolean extract = function.builtIn() && function.name().equals("extract") && arguments.size() == 2;
        if (extract && arguments.get(0) instanceof Scalar.Constant field) return "EXTRACT(" + field.value() + " FROM " + print(arguments.get(1), names) + ")";
        return function.name() + "(" + list(arguments, names) + ")";
    }

    String aggregate(Relation.AggregateCall call, Names names) {
        boolean star = call.arguments().isEmpty() && call.directArguments().isEmpty();
        String text = call.function().name() + "(" + (call.distinct() ? "DISTINCT " : "") + (star ? "*" : list(call.arguments(), names));
        if (!call.directArguments().isEmpty()) text = call.function().name() + "(" + list(call.directArguments(), names) + ") WITHIN GROUP (";
        if (!call.orderBy().isEmpty()) {
            text += (text.endsWith("(") ? "" : " ") + "ORDER BY " + call.orderBy().stream().map(key -> key(key, names)).collect(Collectors.joining(", "));
        }
        text += ")";
        return call.filter() == null ? text : text + " FILTER (WHERE " + print(call.filter(), names) + ")";
    }

    String key(Relation.SortKey key, Names names) {
        String text = print(key.expression(), names);
        if (key.descending()) text += " DESC";
        if (key.nullsFirst() != key.descending()) text += key.nullsFirst() ? " NULLS FIRST" : " NULLS LAST";
        return text;
    }

    private static String operator(FunctionDef function) {
        OperatorDef operator = OPERATORS.get(function.oid());
        return operator == null ? function.name() : operator.name();
    }

    private String constant(Scalar.Constant constant) {
        if (constant.value() == null) return "NULL::" + name(constant.type());
        String text = TypeCodecs.toText(constant.type(), constant.value(), format);
        if (constant.type().repr() == Repr.BOOL) return text.equals("t") ? "true" : "false";
        boolean number = !text.isEmpty() && Character.isDigit(text.charAt(0));
        if (number && (constant.type().oid() == TypeOid.INT4 || constant.type().oid() == TypeOid.NUMERIC && text.contains("."))) return text;
        return "'" + text.replace("'", "''") + "'::" + name(constant.type());
    }

    private String name(PgType type) {
        return type.oid() == TypeOid.BPCHAR ? "bpchar" : format.names().print(TypeOid.REGTYPE, type.oid());
    }
}
