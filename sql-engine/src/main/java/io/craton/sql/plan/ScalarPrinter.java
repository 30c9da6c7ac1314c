package io.craton.sql.plan;

import io.craton.core.type.FormatContext;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.core.type.TypeCodecs;
import io.craton.core.type.TypeOid;
import io.craton.sql.expr.OperatorTable;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import java.util.List;
import java.util.stream.Collectors;

/** Scalars as EXPLAIN shows them. Pure functions. */
final class ScalarPrinter {
    private ScalarPrinter() {}

    static String print(List<Scalar> conjuncts, List<Relation.Field> fields, FormatContext format) {
        return conjuncts.size() == 1 ? condition(conjuncts.get(0), fields, format)
                : "(" + conjuncts.stream().map(each -> condition(each, fields, format)).collect(Collectors.joining(" AND ")) + ")";
    }

    private static String condition(Scalar scalar, List<Relation.Field> fields, FormatContext format) {
        String text = print(scalar, fields, format);
        return text.startsWith("(") && text.endsWith(")") ? text : scalar instanceof Scalar.Column ? text : "(" + text + ")";
    }

    static String print(Scalar scalar, List<Relation.Field> fields, FormatContext format) {
        return switch (scalar) {
            case Scalar.Constant constant -> constant(constant, format);
            case Scalar.Parameter parameter -> "$" + (parameter.index() + 1);
            case Scalar.Column column -> column.index() < fields.size() ? fields.get(column.index()).name() : "?column?";
            case Scalar.OuterColumn outer -> "$outer" + outer.index();
            case Scalar.Call call -> call(call, fields, format);
            case Scalar.Logical logical -> logical.arguments().stream().map(each -> condition(each, fields, format))
                    .collect(Collectors.joining(" " + logical.kind() + " ", "(", ")"));
            case Scalar.Not not -> "(NOT " + print(not.argument(), fields, format) + ")";
            case Scalar.IsNull test -> "(" + print(test.argument(), fields, format) + (test.negated() ? " IS NOT NULL)" : " IS NULL)");
            case Scalar.TruthTest test ->
                "(" + print(test.argument(), fields, format) + " IS " + (test.negated() ? "NOT " : "") + test.truth() + ")";
            case Scalar.Distinct distinct -> "(" + print(distinct.left(), fields, format) + " IS "
                    + (distinct.negated() ? "NOT " : "") + "DISTINCT FROM " + print(distinct.right(), fields, format) + ")";
            case Scalar.Relabel relabel -> "(" + print(relabel.argument(), fields, format) + ")::" + name(relabel.type());
            case Scalar.CoerceViaIo coerce -> "(" + print(coerce.argument(), fields, format) + ")::" + name(coerce.type());
            case Scalar.Collate collate -> print(collate.argument(), fields, format);
            case Scalar.Coalesce coalesce -> "COALESCE(" + list(coalesce.arguments(), fields, format) + ")";
            case Scalar.NullIf nullIf ->
                "NULLIF(" + print(nullIf.left(), fields, format) + ", " + print(nullIf.right(), fields, format) + ")";
            case Scalar.Extreme extreme -> (extreme.greatest() ? "GREATEST(" : "LEAST(") + list(extreme.arguments(), fields, format) + ")";
            case Scalar.ArrayValue array -> "ARRAY[" + list(array.elements(), fields, format) + "]";
            case Scalar.RowValue row -> "ROW(" + list(row.fields(), fields, format) + ")";
            case Scalar.AnyAll any -> "(" + print(any.left(), fields, format) + " " + operator(any.operator()) + (any.all() ? " ALL (" : " ANY (")
                    + print(any.array(), fields, format) + "))";
            case Scalar.Case branches -> "CASE " + branches.whens().stream()
                    .map(when -> "WHEN " + print(when.condition(), fields, format) + " THEN " + print(when.result(), fields, format))
                    .collect(Collectors.joining(" ")) + " ELSE " + print(branches.otherwise(), fields, format) + " END";
            case Scalar.SessionValue value -> value.name().toUpperCase(java.util.Locale.ROOT);
            case Scalar.Exists exists -> "EXISTS(SubPlan)";
            case Scalar.ScalarSubquery subquery -> "(SubPlan)";
            case Scalar.QuantifiedSubquery quantified -> "(hashed SubPlan)";
            default -> scalar.getClass().getSimpleName();
        };
    }

    private static String list(List<Scalar> scalars, List<Relation.Field> fields, FormatContext format) {
        return scalars.stream().map(each -> print(each, fields, format)).collect(Collectors.joining(", "));
    }

    private static String call(Scalar.Call call, List<Relation.Field> fields, FormatContext format) {
        String operator = operator(call.function());
        if (!operator.isEmpty() && call.arguments().size() == 2) {
            return "(" + print(call.arguments().get(0), fields, format) + " " + operator + " "
                    + print(call.arguments().get(1), fields, format) + ")";
        }
        return call.function().name() + "(" + list(call.arguments(), fields, format) + ")";
    }

    private static String operator(io.craton.sql.function.FunctionDef function) {
        OperatorTable.Compare compare = OperatorTable.compare(function);
        if (compare != null) {
            return switch (compare.comparison()) {
                case LT -> "<";
                case LE -> "<=";
                case EQ -> "=";
                case NE -> "<>";
                case GE -> ">=";
                case GT -> ">";
            };
        }
        OperatorTable.Arithmetic arithmetic = OperatorTable.arithmetic(function);
        if (arithmetic != null) {
            return switch (arithmetic.operation()) {
                case ADD -> "+";
                case SUBTRACT -> "-";
                case MULTIPLY -> "*";
                case DIVIDE -> "/";
                case MODULO -> "%";
            };
        }
        return switch (function.source()) {
            case "textlike" -> "~~";
            case "textnlike" -> "!~~";
            case "numeric_add" -> "+";
            case "numeric_sub" -> "-";
            case "numeric_mul" -> "*";
            case "numeric_div" -> "/";
            case "textcat" -> "||";
            default -> "";
        };
    }

    private static String constant(Scalar.Constant constant, FormatContext format) {
        if (constant.value() == null) return "NULL::" + name(constant.type());
        String text = TypeCodecs.toText(constant.type(), constant.value(), format);
        int oid = constant.type().oid();
        if (oid == TypeOid.INT4 || constant.type().repr() == Repr.BOOL) return text.equals("t") ? "true" : text.equals("f") ? "false" : text;
        return "'" + text.replace("'", "''") + "'::" + name(constant.type());
    }

    private static String name(PgType type) {
        return switch (type.oid()) {
            case TypeOid.INT4 -> "integer";
            case TypeOid.INT8 -> "bigint";
            case TypeOid.INT2 -> "smallint";
            case TypeOid.BOOL -> "boolean";
            case TypeOid.FLOAT8 -> "double precision";
            case TypeOid.FLOAT4 -> "real";
            case TypeOid.VARCHAR -> "character varying";
            case TypeOid.BPCHAR -> "bpchar";
            case TypeOid.TIMESTAMP -> "timestamp without time zone";
            case TypeOid.TIMESTAMPTZ -> "timestamp with time zone";
            default -> type.isArray() && type.name().startsWith("_") ? elementName(type) + "[]" : type.name();
        };
    }

    private static String elementName(PgType array) {
        PgType element = io.craton.core.type.PgTypes.find(array.elementOid());
        return element == null ? array.name().substring(1) : name(element);
    }
}
