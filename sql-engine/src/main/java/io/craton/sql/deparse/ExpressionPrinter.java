package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.function.OperatorDef;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.sql.syntax.Mark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scalars as SQL, in the words, parentheses and casts of PostgreSQL's get_rule_expr. One printing, one thread. */
final class ExpressionPrinter {
    /** Whether casts that analysis put in are shown. */
    enum Implicit { SHOWN, HIDDEN }

    private final PrintSource source;
    private final Findings findings;
    private final Naming naming;
    private final Layout out;
    private final CallPrinter calls;
    private @Nullable QueryPrinter queries;
    /** The level that is being printed. */
    Level level;
    /** In GROUP BY, cube and rollup are no function names. */
    boolean grouping;

    ExpressionPrinter(PrintSource source, Layout out, Level level) {
        this.source = source;
        this.findings = source.findings();
        this.naming = source.naming();
        this.out = out;
        this.level = level;
        this.calls = new CallPrinter(this, source, out);
    }

    void queries(QueryPrinter printer) {
        queries = printer;
    }

    CallPrinter calls() {
        return calls;
    }

    /** An operand: in parentheses where a pretty text needs them. */
    void operand(Scalar node, Implicit implicit, Scalar parent) {
        boolean parenthesised = out.pretty && Parentheses.needed(node, parent, findings);
        if (parenthesised) out.add("(");
        print(node, implicit);
        if (parenthesised) out.add(")");
    }

    /** At the top of a select list or row: a whole row shows its type there, for {@code t.*} would be expanded. */
    void top(Scalar node, Implicit implicit) {
        Findings.Variable variable = findings.variable(node);
        if (variable != null) variable(variable, node, true);
        else print(node, implicit);
    }

    void list(List<? extends Scalar> nodes, Implicit implicit) {
        for (int i = 0; i < nodes.size(); i++) {
            if (i > 0) out.add(", ");
            print(nodes.get(i), implicit);
        }
    }

    void print(Scalar node, Implicit implicit) {
        Findings.Variable variable = findings.variable(node);
        if (variable != null) {
            variable(variable, node, false);
        } else if (findings.aggregate(node) != null) {
            calls.aggregate(findings.aggregate(node));
        } else if (findings.window(node) != null) {
            calls.window(findings.window(node));
        } else if (findings.grouping(node) != null) {
            out.add("GROUPING(");
            list(findings.grouping(node), Implicit.SHOWN);
            out.add(")");
        } else {
            node(node, implicit);
        }
    }

    private void node(Scalar node, Implicit implicit) {
        switch (node) {
            case Scalar.Constant n -> ConstantText.print(n, ConstantText.Label.WHERE_NEEDED, naming, out);
            case Scalar.Parameter n -> out.add(naming.argument(n.index(), level.hasEntries()));
            case Scalar.CaseOperand n -> out.add("VALUE");
            case Scalar.DefaultMarker n -> out.add("DEFAULT");
            case Scalar.Call n -> call(n, implicit);
            case Scalar.Logical n -> {
                out.open();
                for (int i = 0; i < n.arguments().size(); i++) {
                    if (i > 0) out.add(n.kind() == Scalar.Logic.AND ? " AND " : " OR ");
                    operand(n.arguments().get(i), Implicit.HIDDEN, n);
                }
                out.close();
            }
            case Scalar.Not n -> {
                out.open();
                out.add("NOT ");
                operand(n.argument(), Implicit.HIDDEN, n);
                out.close();
            }
            case Scalar.IsNull n -> postfix(n.argument(), Implicit.SHOWN, n, nullTest(n));
            case Scalar.TruthTest n -> postfix(n.argument(), Implicit.HIDDEN, n, " IS " + (n.negated() ? "NOT " : "") + n.truth());
            case Scalar.Distinct n -> distinct(n);
            case Scalar.Case n -> choice(n);
            case Scalar.Coalesce n -> call("COALESCE", n.arguments());
            case Scalar.NullIf n -> call("NULLIF", List.of(n.left(), n.right()));
            case Scalar.Extreme n -> call(n.greatest() ? "GREATEST" : "LEAST", n.arguments());
            case Scalar.ArrayValue n -> {
                out.add("ARRAY[");
                list(n.elements(), Implicit.SHOWN);
                out.add("]");
                if (n.elements().isEmpty()) out.add("::" + naming.type(n.type(), -1));
            }
            case Scalar.RowValue n -> row(n);
            case Scalar.Field n -> field(n);
            case Scalar.Element n -> element(n, implicit);
            case Scalar.AnyAll n -> anyAll(n);
            case Scalar.RowCompare n -> {
                out.add("(ROW(");
                tops(n.left());
                out.add(") " + n.kind() + " ROW(");
                tops(n.right());
                out.add("))");
            }
            case Scalar.Relabel n -> conversion(n.argument(), n.type(), n.typmod(), n, implicit);
            case Scalar.CoerceViaIo n -> conversion(n.argument(), n.type(), -1, n, implicit);
            case Scalar.ArrayCoercion n -> conversion(n.argument(), n.type(), n.typmod(), n, implicit);
            case Scalar.DomainCheck n -> conversion(n.argument(), n.type(), -1, n, implicit);
            case Scalar.Collate n when n.explicit() -> {
                out.open();
                operand(n.argument(), implicit, n);
                out.add(" COLLATE " + naming.collation(n.collation()));
                out.close();
            }
            case Scalar.Collate n -> print(n.argument(), implicit);
            case Scalar.CursorKey n -> throw new IllegalStateException("a cursor's row in a stored expression");
            case Scalar.SessionValue n -> out.add(n.name().toUpperCase(java.util.Locale.ROOT) + (n.typmod() >= 0 ? "(" + n.typmod() + ")" : ""));
            case Scalar.Exists n -> subquery(n);
            case Scalar.ScalarSubquery n -> subquery(n);
            case Scalar.ArraySubquery n -> subquery(n);
            case Scalar.QuantifiedSubquery n -> subquery(n);
            case Scalar.RowSubquery n -> throw new IllegalStateException("a row of a subquery outside UPDATE");
            case Scalar.Column n -> throw new IllegalStateException("a column without a name: " + n);
            case Scalar.OuterColumn n -> throw new IllegalStateException("a column without a name: " + n);
            case Scalar.ElementAssignment n -> throw new IllegalStateException("an assignment in an expression");
            case Scalar.FieldAssignment n -> throw new IllegalStateException("an assignment in an expression");
        }
    }

    private void tops(List<Scalar> nodes) {
        for (int i = 0; i < nodes.size(); i++) {
            if (i > 0) out.add(", ");
            top(nodes.get(i), Implicit.SHOWN);
        }
    }

    private void call(String name, List<Scalar> arguments) {
        out.add(name + "(");
        list(arguments, Implicit.SHOWN);
        out.add(")");
    }

    private void postfix(Scalar argument, Implicit implicit, Scalar parent, String test) {
        out.open();
        operand(argument, implicit, parent);
        out.add(test);
        out.close();
    }

    /** A composite value that is one, not a row written out, is tested as a whole. */
    private String nullTest(Scalar.IsNull n) {
        PgType type = source.catalog().baseType(n.argument().type());
        boolean row = type.kind() == 'c' || type.oid() == TypeOid.RECORD;
        if (row && findings.origin(n) instanceof Expr.DistinctFrom) return n.negated() ? " IS DISTINCT FROM NULL" : " IS NOT DISTINCT FROM NULL";
        return n.negated() ? " IS NOT NULL" : " IS NULL";
    }

    private void distinct(Scalar.Distinct n) {
        if (n.negated()) {
            out.open();
            out.add("NOT ");
        }
        out.open();
        operand(n.left(), Implicit.SHOWN, n);
        out.add(" IS DISTINCT FROM ");
        operand(n.right(), Implicit.SHOWN, n);
        out.close();
        if (n.negated()) out.close();
    }

    private void choice(Scalar.Case n) {
        out.word("CASE", 0, Layout.CONTINUATION, 0);
        if (n.operand() != null) {
            out.add(" ");
            print(n.operand(), Implicit.SHOWN);
        }
        for (Scalar.When when : n.whens()) {
            if (!out.lines) out.add(" ");
            out.word("WHEN ", 0, 0, 0);
            print(n.operand() == null ? when.condition() : compared(when.condition()), Implicit.HIDDEN);
            out.add(" THEN ");
            print(when.result(), Implicit.SHOWN);
        }
        if (!out.lines) out.add(" ");
        out.word("ELSE ", 0, 0, 0);
        print(n.otherwise(), Implicit.SHOWN);
        if (!out.lines) out.add(" ");
        out.word("END", -Layout.CONTINUATION, 0, 0);
    }

    /** What a WHEN compares the operand with. */
    private Scalar compared(Scalar condition) {
        if (condition instanceof Scalar.Call call && call.arguments().size() == 2 && findings.operator(call) != null) {
            return call.arguments().get(1);
        }
        return condition;
    }

    private void row(Scalar.RowValue n) {
        out.add("ROW(");
        tops(n.fields());
        out.add(")");
        if (findings.explicit(n)) out.add("::" + naming.type(n.type(), -1));
    }

    private void field(Scalar.Field n) {
        boolean parenthesised = !(n.argument() instanceof Scalar.Element) && !(n.argument() instanceof Scalar.Field);
        if (parenthesised) out.add("(");
        print(n.argument(), Implicit.SHOWN);
        if (parenthesised) out.add(")");
        out.add("." + source.fieldName(n));
    }

    private void element(Scalar.Element n, Implicit implicit) {
        boolean parenthesised = NodeKind.of(n.argument(), findings) != NodeKind.VARIABLE && !(n.argument() instanceof Scalar.Field);
        if (parenthesised) out.add("(");
        print(n.argument(), implicit);
        if (parenthesised) out.add(")");
        subscripts(n.subscripts());
    }

    void subscripts(List<Scalar.Subscript> subscripts) {
        for (Scalar.Subscript subscript : subscripts) {
            out.add("[");
            if (subscript.slice()) {
                if (subscript.lower() != null) print(subscript.lower(), Implicit.HIDDEN);
                out.add(":");
            }
            if (subscript.upper() != null) print(subscript.upper(), Implicit.HIDDEN);
            out.add("]");
        }
    }

    private void anyAll(Scalar.AnyAll n) {
        OperatorDef operator = java.util.Objects.requireNonNull(findings.operator(n));
        out.open();
        operand(n.left(), Implicit.SHOWN, n);
        out.add(" " + naming.operator(operator, List.of()) + (n.all() ? " ALL (" : " ANY ("));
        operand(n.array(), Implicit.SHOWN, n);
        if (n.array() instanceof Scalar.ScalarSubquery subquery) out.add("::" + naming.type(subquery.type(), subquery.typmod()));
        out.add(")");
        out.close();
    }

    private void call(Scalar.Call n, Implicit implicit) {
        OperatorDef operator = findings.operator(n);
        if (operator != null) {
            out.open();
            if (n.arguments().size() == 2) {
                operand(n.arguments().get(0), Implicit.SHOWN, n);
                out.add(" ");
            }
            out.add(naming.operator(operator, List.of()) + " ");
            operand(n.arguments().getLast(), Implicit.SHOWN, n);
            out.close();
            return;
        }
        Findings.Written written = findings.call(n);
        if (written != null) {
            boolean syntax = NodeKind.of(n, findings) == NodeKind.SQL_SYNTAX;
            calls.function(n, written, syntax);
        } else {
            conversion(n.arguments().getFirst(), n.type(), lengthOf(n), n, implicit);
        }
    }

    /** The typmod that a cast function applies; only those that change a length show it. */
    private static int lengthOf(Scalar.Call cast) {
        boolean length = cast.arguments().size() >= 2 && cast.arguments().get(1) instanceof Scalar.Constant constant
                && constant.type().oid() == TypeOid.INT4 && constant.value() != null;
        return length ? (int) (long) (Long) ((Scalar.Constant) cast.arguments().get(1)).value() : -1;
    }

    private void conversion(Scalar argument, PgType type, int typmod, Scalar node, Implicit implicit) {
        boolean explicit = findings.explicit(node);
        if (type.oid() == TypeOid.RECORD || type.oid() == TypeOid._RECORD) { // no conversion in PostgreSQL's tree
            print(argument, implicit);
            return;
        }
        if (!explicit && (implicit == Implicit.HIDDEN || naming.byIdentity())) {
            operand(argument, Implicit.HIDDEN, node);
            return;
        }
        if (argument instanceof Scalar.Constant constant && constant.type().oid() == type.oid() && constant.typmod() == -1
                && !(naming.byIdentity() && type.kind() == 'e')) {
            ConstantText.print(constant, ConstantText.Label.NEVER, naming, out);
        } else {
            out.open();
            operand(argument, Implicit.HIDDEN, node);
            out.close();
        }
        out.add("::" + naming.type(type, typmod));
    }

    // ---- variables -------------------------------------------------------------------------------------------------

    private void variable(Findings.Variable variable, Scalar node, boolean top) {
        if (naming.byIdentity()) {
            out.add(mark(variable).text());
            return;
        }
        RangeItem item = variable.item();
        int index = variable.column();
        if (index >= 0 && item.kind() == RangeItem.Kind.JOIN && !item.aliased() && item.plain(index)) {
            variable(new Findings.Variable(item.below(index), item.columnBelow(index), variable.level(), 0), node, top);
            return;
        }
        Level owner = level.of(variable.level());
        String name = owner.name(item);
        String column = variable.wholeRow() ? null : variable.systemAttribute() != 0 ? systemName(variable.systemAttribute())
                : source.naming().identifier(owner.column(item, index));
        if (name != null && (level.qualified() || column == null)) out.add(source.naming().identifier(name) + ".");
        if (column != null) {
            out.add(column);
        } else {
            out.add("*");
            if (top) out.add("::" + naming.type(node.type(), node.typmod()));
        }
    }

    /** The column's name when the node is a column of a table or query; null when it is none. */
    @Nullable String columnName(Scalar node) {
        Findings.Variable variable = findings.variable(node);
        if (variable == null || variable.wholeRow()) return null;
        if (variable.systemAttribute() != 0) return systemName(variable.systemAttribute());
        RangeItem item = variable.item();
        int index = variable.column();
        while (item.kind() == RangeItem.Kind.JOIN && !item.aliased() && item.plain(index)) {
            int below = item.columnBelow(index);
            item = item.below(index);
            index = below;
        }
        return level.of(variable.level()).column(item, index);
    }

    private static String systemName(int attribute) {
        return switch (attribute) {
            case -1 -> "ctid";
            case -2 -> "xmin";
            case -3 -> "cmin";
            case -4 -> "xmax";
            case -5 -> "cmax";
            default -> "tableoid";
        };
    }

    private static Mark mark(Findings.Variable variable) {
        RangeItem item = variable.item();
        int index = variable.column();
        if (index < 0) return new Mark.Column(variable.level(), item.number(), variable.systemAttribute());
        if (item.kind() == RangeItem.Kind.JOIN && index >= item.merged() && item.plain(index)) {
            RangeItem below = item.below(index);
            int number = below.columnNumber(item.columnBelow(index));
            return item.aliased() ? new Mark.JoinColumn(variable.level(), item.number(), below.number(), number)
                    : new Mark.Column(variable.level(), below.number(), number);
        }
        return new Mark.Column(variable.level(), item.number(), item.columnNumber(index));
    }

    // ---- subqueries ------------------------------------------------------------------------------------------------

    private void subquery(Scalar node) {
        Expr.SubLink link = (Expr.SubLink) java.util.Objects.requireNonNull(findings.origin(node));
        out.add(node instanceof Scalar.ArraySubquery ? "ARRAY(" : "(");
        boolean inner = false;
        if (node instanceof Scalar.Exists) {
            out.add("EXISTS (");
            inner = true;
        } else if (node instanceof Scalar.QuantifiedSubquery quantified) {
            boolean rows = quantified.left().size() > 1;
            if (rows) out.add("(");
            list(quantified.left(), Implicit.SHOWN);
            if (rows) out.add(")");
            String operator = link.operator().isEmpty() ? "=" : link.operator().getLast();
            if (quantified.all()) out.add(" " + operator + " ALL ");
            else out.add(operator.equals("=") ? " IN " : " " + operator + " ANY ");
            out.add("(");
            inner = true;
        }
        queries.nested(link.query(), level, QueryPrinter.Names.INVISIBLE);
        out.add(inner ? "))" : ")");
    }
}
