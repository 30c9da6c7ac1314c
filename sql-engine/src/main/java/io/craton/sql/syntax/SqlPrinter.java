package io.craton.sql.syntax;

import io.craton.sql.syntax.Expr.*;
import java.util.List;

/**
 * Syntax trees back to SQL text that parses to the same tree: for stored defaults, checks and view bodies. Operators inside operators get parentheses,
 * so precedence never matters; types are printed as written in the tree. Queries are {@link QueryPrinter}'s part.
 */
public final class SqlPrinter {
    final StringBuilder out = new StringBuilder();
    private final QueryPrinter queries = new QueryPrinter(this);

    private SqlPrinter() {}

    public static String print(Expr expression) {
        SqlPrinter printer = new SqlPrinter();
        printer.expression(expression);
        return printer.out.toString();
    }

    public static String print(SelectStatement query) {
        SqlPrinter printer = new SqlPrinter();
        printer.queries.select(query);
        return printer.out.toString();
    }

    public static String print(TypeName type) {
        SqlPrinter printer = new SqlPrinter();
        printer.type(type);
        return printer.out.toString();
    }

    SqlPrinter add(String text) {
        out.append(text);
        return this;
    }

    void expressions(List<? extends Expr> list) {
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) add(", ");
            expression(list.get(i));
        }
    }

    void names(List<String> names) {
        for (int i = 0; i < names.size(); i++) add(i > 0 ? ", " : "").add(Identifiers.quote(names.get(i)));
    }

    /** An operand: in parentheses unless it stands for itself. */
    void operand(Expr value) {
        boolean simple = switch (value) {
            case ColumnRef _, Star _, ParamRef _, StringLiteral _, BitLiteral _, BooleanLiteral _, NullLiteral _, FunctionCall _, SubLink _, Case _,
                    Coalesce _, NullIf _, MinMax _, ArrayExpr _, RowExpr _, Grouping _, CurrentValue _, SetToDefault _, Indirection _, XmlExpr _,
                    XmlSerialize _ -> !(value instanceof FunctionCall call && postfix(call))
                    && !(value instanceof SubLink link && link.test() != null);
            case IntegerLiteral(int number, int _) -> number >= 0;
            case NumericLiteral(String text, int _) -> !text.startsWith("-");
            default -> false;
        };
        if (simple) {
            expression(value);
        } else {
            add("(");
            expression(value);
            add(")");
        }
    }

    private static boolean postfix(FunctionCall call) {
        return call.syntax() == CallSyntax.SQL_SYNTAX && (call.name().getLast().equals("timezone") || call.name().getLast().equals("overlaps")
                || call.name().getLast().equals("is_normalized"));
    }

    void expression(Expr value) {
        switch (value) {
            case ColumnRef(List<String> names, int _) -> add(Identifiers.quote(names));
            case Star(List<String> qualifier, int _) -> add(qualifier.isEmpty() ? "*" : Identifiers.quote(qualifier) + ".*");
            case ParamRef(int number, int _) -> add("$" + number);
            case IntegerLiteral(int number, int _) -> add(Integer.toString(number));
            case NumericLiteral(String text, int _) -> add(text);
            case StringLiteral(String text, int _) -> add(Identifiers.literal(text));
            case BitLiteral(String text, int _) -> add(text.substring(0, 1) + "'" + text.substring(1) + "'");
            case BooleanLiteral(boolean truth, int _) -> add(truth ? "true" : "false");
            case NullLiteral _ -> add("NULL");
            case TypeCast(Expr argument, TypeName type, int _) -> {
                add("CAST(");
                expression(argument);
                add(" AS ");
                type(type);
                add(")");
            }
            case Collate(Expr argument, List<String> collation, int _) -> {
                operand(argument);
                add(" COLLATE ").add(Identifiers.quote(collation));
            }
            case Indirection indirection -> indirection(indirection);
            case OperatorCall(List<String> operator, Expr left, Expr right, int _) -> {
                if (left != null) {
                    operand(left);
                    add(" ");
                }
                operator(operator);
                add(" ");
                operand(right);
            }
            case BoolExpr(Junction junction, List<Expr> arguments, int _) -> {
                for (int i = 0; i < arguments.size(); i++) {
                    if (i > 0) add(" ").add(junction.name()).add(" ");
                    operand(arguments.get(i));
                }
            }
            case Not(Expr argument, int _) -> {
                add("NOT ");
                operand(argument);
            }
            case NullTest(Expr argument, boolean negated, int _) -> suffix(argument, negated ? " IS NOT NULL" : " IS NULL");
            case BooleanTest(Expr argument, Truth truth, boolean negated, int _) -> suffix(argument, (negated ? " IS NOT " : " IS ") + truth);
            case DistinctFrom(Expr left, Expr right, boolean negated, int _) -> {
                suffix(left, negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
                operand(right);
            }
            case Like like -> like(like);
            case Between between -> {
                suffix(between.argument(), (between.negated() ? " NOT" : "") + " BETWEEN " + (between.symmetric() ? "SYMMETRIC " : ""));
                operand(between.low());
                add(" AND ");
                operand(between.high());
            }
            case InList(Expr argument, List<Expr> items, boolean negated, int _) -> {
                suffix(argument, negated ? " NOT IN (" : " IN (");
                expressions(items);
                add(")");
            }
            case QuantifiedComparison(List<String> operator, boolean all, Expr left, Expr array, int _) -> {
                suffix(left, " ");
                operator(operator);
                add(all ? " ALL (" : " ANY (");
                // a query in parentheses of its own would be taken for the subquery form
                expression(array);
                add(")");
            }
            case SubLink link -> subLink(link);
            case Case(Expr operand, List<When> whens, Expr otherwise, int _) -> {
                add("CASE");
                if (operand != null) {
                    add(" ");
                    expression(operand);
                }
                for (When when : whens) {
                    add(" WHEN ");
                    expression(when.condition());
                    add(" THEN ");
                    expression(when.result());
                }
                if (otherwise != null) {
                    add(" ELSE ");
                    expression(otherwise);
                }
                add(" END");
            }
            case Coalesce(List<Expr> arguments, int _) -> call("COALESCE", arguments);
            case NullIf(Expr left, Expr right, int _) -> call("NULLIF", List.of(left, right));
            case MinMax(boolean greatest, List<Expr> arguments, int _) -> call(greatest ? "GREATEST" : "LEAST", arguments);
            case ArrayExpr(List<Expr> elements, int _) -> {
                add("ARRAY[");
                expressions(elements);
                add("]");
            }
            case RowExpr(List<Expr> fields, boolean _, int _) -> call("ROW", fields);
            case Grouping(List<Expr> arguments, int _) -> call("GROUPING", arguments);
            case FunctionCall call -> new CallPrinter(this, queries).call(call);
            case NamedArgument(String name, Expr argument, int _) -> {
                add(Identifiers.quote(name)).add(" => ");
                expression(argument);
            }
            case CurrentValue(ValueFunction function, int precision, int _) -> add(function.name()).add(precision < 0 ? "" : "(" + precision + ")");
            case SetToDefault _ -> add("DEFAULT");
            case CurrentOf(String cursor, int _) -> add("CURRENT OF ").add(Identifiers.quote(cursor));
            case XmlExpr xml -> new CallPrinter(this, queries).xml(xml);
            case XmlSerialize(boolean document, Expr argument, TypeName type, int _) -> {
                add(document ? "XMLSERIALIZE(DOCUMENT " : "XMLSERIALIZE(CONTENT ");
                expression(argument);
                add(" AS ");
                type(type);
                add(")");
            }
        }
    }

    private void suffix(Expr argument, String text) {
        operand(argument);
        add(text);
    }

    void call(String name, List<Expr> arguments) {
        add(name).add("(");
        expressions(arguments);
        add(")");
    }

    void operator(List<String> operator) {
        if (operator.size() == 1) {
            add(operator.getFirst());
            return;
        }
        add("OPERATOR(");
        for (int i = 0; i < operator.size() - 1; i++) add(Identifiers.quote(operator.get(i))).add(".");
        add(operator.getLast()).add(")");
    }

    private void like(Like like) {
        String word = like.kind() == LikeKind.SIMILAR ? "SIMILAR TO" : like.kind().name();
        suffix(like.argument(), (like.negated() ? " NOT " : " ") + word + " ");
        if (like.pattern() instanceof FunctionCall call && call.name().size() == 2
                && (call.name().getLast().equals("like_escape") || like.kind() == LikeKind.SIMILAR)) {
            operand(call.arguments().getFirst());
            if (call.arguments().size() > 1) {
                add(" ESCAPE ");
                operand(call.arguments().get(1));
            }
        } else {
            operand(like.pattern());
        }
    }

    private void indirection(Indirection indirection) {
        Expr argument = indirection.argument();
        boolean bare = argument instanceof ParamRef || argument instanceof ColumnRef && !(indirection.steps().getFirst() instanceof FieldStep)
                && !(indirection.steps().getFirst() instanceof StarStep) || argument instanceof SubLink link && link.kind() == SubLinkKind.SCALAR;
        if (bare) {
            expression(argument);
        } else {
            add("(");
            expression(argument);
            add(")");
        }
        for (Step step : indirection.steps()) step(step);
    }

    void step(Step step) {
        switch (step) {
            case FieldStep(String name) -> add(".").add(Identifiers.quote(name));
            case StarStep _ -> add(".*");
            case SubscriptStep(Expr index) -> {
                add("[");
                expression(index);
                add("]");
            }
            case SliceStep(Expr lower, Expr upper) -> {
                add("[");
                if (lower != null) expression(lower);
                add(":");
                if (upper != null) expression(upper);
                add("]");
            }
        }
    }

    private void subLink(SubLink link) {
        if (link.test() != null) {
            operand(link.test());
            add(" ");
            if (link.operator().isEmpty()) add("IN ");
            else {
                operator(link.operator());
                add(link.kind() == SubLinkKind.ALL ? " ALL " : " ANY ");
            }
        }
        if (link.kind() == SubLinkKind.EXISTS) add("EXISTS ");
        if (link.kind() == SubLinkKind.ARRAY) add("ARRAY");
        add("(");
        queries.select(link.query());
        add(")");
    }

    void type(TypeName type) {
        if (type.setOf()) add("SETOF ");
        new TypePrinter(this).type(type);
    }
}
