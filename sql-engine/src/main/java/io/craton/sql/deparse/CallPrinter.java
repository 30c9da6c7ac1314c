package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.Findings;
import io.craton.sql.deparse.ExpressionPrinter.Implicit;
import io.craton.sql.function.AggregateRow;
import io.craton.sql.function.BuiltinCatalog;
import io.craton.sql.function.FunctionDef;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.SelectStatement.Direction;
import io.craton.sql.syntax.SelectStatement.SortBy;
import io.craton.sql.syntax.WindowSpecification;
import java.util.ArrayList;
import java.util.List;

/** Calls of functions, aggregates and window functions, and the clauses that belong to them. One printing, one thread. */
final class CallPrinter {
    private final ExpressionPrinter expressions;
    private final PrintSource source;
    private final Layout out;
    private final SyntaxPrinter syntax;

    CallPrinter(ExpressionPrinter expressions, PrintSource source, Layout out) {
        this.expressions = expressions;
        this.source = source;
        this.out = out;
        this.syntax = new SyntaxPrinter(expressions, out);
    }

    private String name(FunctionDef function, List<? extends Scalar> arguments, List<String> names, boolean variadic) {
        List<PgType> types = new ArrayList<>();
        for (Scalar argument : arguments) types.add(argument.type());
        boolean hidden = expressions.grouping && (function.name().equals("cube") || function.name().equals("rollup"));
        return source.naming().function(function, types, names, variadic, hidden);
    }

    void function(Scalar.Call call, Findings.Written written, boolean sqlSyntax) {
        if (sqlSyntax && syntax.print(call, written.arguments())) return;
        List<Scalar> arguments = written.arguments();
        out.add(name(call.function(), arguments, written.names(), written.variadic()) + "(");
        int named = arguments.size() - written.names().size();
        for (int i = 0; i < arguments.size(); i++) {
            if (i > 0) out.add(", ");
            if (i >= named) out.add(source.naming().identifier(written.names().get(i - named)) + " => ");
            if (written.variadic() && i == arguments.size() - 1) out.add("VARIADIC ");
            expressions.print(arguments.get(i), Implicit.SHOWN);
        }
        out.add(")");
    }

    void aggregate(Findings.AggregateUse use) {
        Relation.AggregateCall call = use.call();
        AggregateRow row = BuiltinCatalog.aggregate(call.function().oid());
        boolean ordered = row != null && row.kind() != 'n';
        List<Scalar> all = new ArrayList<>(call.directArguments());
        all.addAll(call.arguments());
        out.add(name(call.function(), all, List.of(), use.syntax().variadic()) + "(" + (call.distinct() ? "DISTINCT " : ""));
        if (ordered) {
            expressions.list(call.directArguments(), Implicit.SHOWN);
            out.add(") WITHIN GROUP (ORDER BY ");
            sortKeys(call.orderBy(), use.syntax().orderBy());
        } else {
            if (call.arguments().isEmpty()) out.add("*");
            for (int i = 0; i < call.arguments().size(); i++) {
                if (i > 0) out.add(", ");
                if (use.syntax().variadic() && i == call.arguments().size() - 1) out.add("VARIADIC ");
                expressions.print(call.arguments().get(i), Implicit.SHOWN);
            }
            if (!call.orderBy().isEmpty()) {
                out.add(" ORDER BY ");
                sortKeys(call.orderBy(), use.syntax().orderBy());
            }
        }
        filter(call.filter());
        out.add(")");
    }

    private void filter(@org.jspecify.annotations.Nullable Scalar filter) {
        if (filter == null) return;
        out.add(") FILTER (WHERE ");
        expressions.print(filter, Implicit.HIDDEN);
    }

    void window(Findings.WindowUse use) {
        Relation.WindowCall call = use.call();
        out.add(name(call.function(), call.arguments(), List.of(), false) + "(");
        if (use.syntax().star()) out.add("*");
        else expressions.list(call.arguments(), Implicit.SHOWN);
        filter(call.filter());
        out.add(") OVER ");
        WindowSpecification over = java.util.Objects.requireNonNull(use.syntax().over());
        if (over.reference() != null) out.add(source.naming().identifier(over.reference()));
        else window(over);
    }

    /** What stands in the parentheses of OVER and WINDOW. */
    void window(WindowSpecification window) {
        Findings findings = source.findings();
        out.add("(");
        List<String> parts = new ArrayList<>();
        if (window.existing() != null) parts.add(source.naming().identifier(window.existing()));
        if (!window.partitionBy().isEmpty()) {
            parts.add(out.apart(() -> {
                out.add("PARTITION BY ");
                for (int i = 0; i < window.partitionBy().size(); i++) {
                    if (i > 0) out.add(", ");
                    sortExpression(findings.clause(window.partitionBy().get(i)));
                }
            }));
        }
        if (!window.orderBy().isEmpty()) {
            parts.add(out.apart(() -> {
                out.add("ORDER BY ");
                for (int i = 0; i < window.orderBy().size(); i++) {
                    if (i > 0) out.add(", ");
                    sortExpression(findings.clause(window.orderBy().get(i).value()));
                    direction(window.orderBy().get(i));
                }
            }));
        }
        if (window.frame() != null && !standard(window.frame())) parts.add(out.apart(() -> frame(window.frame())));
        out.add(String.join(" ", parts)).add(")");
    }

    /** The frame that is meant without words. */
    private static boolean standard(WindowSpecification.Frame frame) {
        return frame.mode() == WindowSpecification.FrameMode.RANGE && frame.end() == null
                && frame.start().kind() == WindowSpecification.BoundKind.UNBOUNDED_PRECEDING
                && frame.exclusion() == WindowSpecification.Exclusion.NO_OTHERS;
    }

    private void frame(WindowSpecification.Frame frame) {
        out.add(frame.mode().name() + " ");
        if (frame.end() != null) out.add("BETWEEN ");
        bound(frame.start());
        if (frame.end() != null) {
            out.add(" AND ");
            bound(frame.end());
        }
        switch (frame.exclusion()) {
            case CURRENT_ROW -> out.add(" EXCLUDE CURRENT ROW");
            case GROUP -> out.add(" EXCLUDE GROUP");
            case TIES -> out.add(" EXCLUDE TIES");
            case NO_OTHERS -> { }
        }
    }

    private void bound(WindowSpecification.Bound bound) {
        if (bound.offset() != null) {
            expressions.print(source.findings().clause(bound.offset()), Implicit.HIDDEN);
            out.add(" ");
        }
        out.add(bound.kind().name().replace('_', ' '));
    }

    private void sortKeys(List<Relation.SortKey> keys, List<SortBy> syntaxes) {
        for (int i = 0; i < keys.size(); i++) {
            if (i > 0) out.add(", ");
            sortExpression(keys.get(i).expression());
            direction(syntaxes.get(i));
        }
    }

    /** An expression of ORDER BY, GROUP BY, PARTITION BY or DISTINCT ON: never to be taken for a place in the select list. */
    void sortExpression(Scalar value) {
        NodeKind kind = NodeKind.of(value, source.findings());
        if (value instanceof Scalar.Constant constant) {
            ConstantText.print(constant, ConstantText.Label.ALWAYS, source.naming(), out);
        } else if (kind == NodeKind.VARIABLE) {
            expressions.print(value, Implicit.SHOWN);
        } else {
            boolean parenthesised = out.pretty || switch (kind) {
                case CALL, SQL_SYNTAX, IMPLICIT_CAST, EXPLICIT_CAST, AGGREGATE, WINDOW -> true;
                default -> false;
            };
            if (parenthesised) out.add("(");
            expressions.print(value, Implicit.SHOWN);
            if (parenthesised) out.add(")");
        }
    }

    void direction(SortBy sort) {
        boolean descending = sort.direction() == Direction.DESC;
        boolean nullsFirst = switch (sort.nulls()) {
            case FIRST -> true;
            case LAST -> false;
            case DEFAULT -> descending || sort.direction() == Direction.USING && sort.operator().getLast().equals(">");
        };
        if (sort.direction() == Direction.USING) {
            String operator = sort.operator().getLast();
            if (!operator.equals("<") && !operator.equals(">")) {
                out.add(" USING " + operator + (nullsFirst ? " NULLS FIRST" : " NULLS LAST"));
                return;
            }
            descending = operator.equals(">");
        }
        if (descending) out.add(nullsFirst ? " DESC" : " DESC NULLS LAST");
        else if (nullsFirst) out.add(" NULLS FIRST");
    }
}
