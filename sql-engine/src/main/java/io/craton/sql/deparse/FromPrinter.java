package io.craton.sql.deparse;

import io.craton.core.type.PgType;
import io.craton.sql.analyze.Findings;
import io.craton.sql.analyze.RangeItem;
import io.craton.sql.deparse.ExpressionPrinter.Implicit;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.FromItem;
import io.craton.sql.syntax.Mark;
import java.util.ArrayList;
import java.util.List;

/** FROM as SQL (get_from_clause). One printing, one thread. */
final class FromPrinter {
    private static final int UNNEST = 2331;

    private final PrintSource source;
    private final Findings findings;
    private final Layout out;
    private final ExpressionPrinter expressions;
    private final QueryPrinter queries;

    FromPrinter(PrintSource source, Layout out, ExpressionPrinter expressions, QueryPrinter queries) {
        this.source = source;
        this.findings = source.findings();
        this.out = out;
        this.expressions = expressions;
        this.queries = queries;
    }

    /** @param word FROM or USING, with spaces around it */
    void print(String word, List<FromItem> items, Level level) {
        for (int i = 0; i < items.size(); i++) {
            FromItem item = items.get(i);
            if (i == 0) {
                out.word(word, -Layout.STEP, Layout.STEP, 2);
                item(item, level);
            } else {
                out.add(", ");
                out.entry(out.apart(() -> item(item, level)), false, false);
            }
        }
    }

    private void item(FromItem item, Level level) {
        switch (item) {
            case FromItem.JoinItem join -> join(join, level);
            case FromItem.RelationItem relation -> {
                RangeItem entry = java.util.Objects.requireNonNull(findings.item(relation));
                if (relation.only()) out.add("ONLY ");
                out.add(entry.kind() == RangeItem.Kind.CTE ? source.naming().identifier(relation.relation().name())
                        : source.naming().relation(entry, level));
                alias(relation, relation.alias(), entry, level,
                        entry.kind() == RangeItem.Kind.CTE ? relation.relation().name() : entry.relationName());
            }
            case FromItem.SubqueryItem subquery -> {
                if (subquery.lateral()) out.add("LATERAL ");
                out.add("(");
                queries.nested(subquery.query(), level, QueryPrinter.Names.VISIBLE);
                out.add(")");
                alias(subquery, subquery.alias(), java.util.Objects.requireNonNull(findings.item(subquery)), level, null);
            }
            case FromItem.FunctionItem functions -> functions(functions, level);
            case FromItem.XmlTableItem xml -> throw new IllegalStateException("XMLTABLE");
        }
    }

    // ---- functions -------------------------------------------------------------------------------------------------

    private void functions(FromItem.FunctionItem item, Level level) {
        List<Scalar> calls = findings.functions(item);
        RangeItem entry = java.util.Objects.requireNonNull(findings.item(item));
        if (item.lateral() || !source.naming().byIdentity() && findings.lateral(item)) out.add("LATERAL ");
        FromItem.FunctionSource first = item.functions().getFirst();
        boolean definition = !first.columns().isEmpty();
        if (calls.size() == 1 && (!definition || !item.ordinality())) {
            call(calls.getFirst());
        } else {
            boolean unnest = true;
            for (Scalar call : calls) unnest &= call instanceof Scalar.Call c && c.function().oid() == UNNEST;
            if (unnest && !definition) {
                List<Scalar> arguments = new ArrayList<>();
                for (Scalar call : calls) arguments.addAll(((Scalar.Call) call).arguments());
                out.add("UNNEST(");
                expressions.list(arguments, Implicit.SHOWN);
                out.add(")");
            } else {
                out.add("ROWS FROM(");
                List<FromItem.FunctionSource> functions = item.split();
                int field = 0;
                for (int i = 0; i < calls.size(); i++) {
                    if (i > 0) out.add(", ");
                    call(calls.get(i));
                    FromItem.FunctionSource function = functions.get(i);
                    if (function.columns().isEmpty()) {
                        field += Math.max(1, calls.get(i).type().fields().size());
                        continue;
                    }
                    out.add(" AS ");
                    definitions(function, function.columns().stream().map(FromItem.ColumnDefinitionItem::name).toList(), calls.get(i), entry, field);
                    field += function.columns().size();
                }
                out.add(")");
            }
            definition = false;
        }
        if (item.ordinality()) out.add(" WITH ORDINALITY");
        if (source.naming().byIdentity()) {
            if (item.alias() != null || definition) out.add(" " + source.naming().identifier(entry.name()));
            if (definition) definitions(first, first.columns().stream().map(FromItem.ColumnDefinitionItem::name).toList(), calls.getFirst(), entry, 0);
            else if (item.alias() != null && !item.alias().columns().isEmpty()) names(item.alias().columns());
            return;
        }
        out.add(" " + source.naming().identifier(String.valueOf(level.name(entry))));
        ColumnNames.Side side = level.columns().of(item);
        if (definition) definitions(first, side.list(), calls.getFirst(), entry, 0);
        else aliases(side, source.naming(), out);
    }

    /** What looks like no function is written as a cast. */
    private void call(Scalar call) {
        if (NodeKind.of(call, findings).functionLike()) {
            expressions.print(call, Implicit.SHOWN);
            return;
        }
        out.add("CAST(");
        expressions.print(call, Implicit.HIDDEN);
        out.add(" AS " + source.naming().type(call.type(), call.typmod()) + ")");
    }

    private void definitions(FromItem.FunctionSource function, List<String> names, Scalar call, RangeItem entry, int first) {
        out.add("(");
        for (int i = 0; i < function.columns().size(); i++) {
            if (i > 0) out.add(", ");
            var field = entry.fields().get(first + i);
            PgType type = field.type();
            out.add(source.naming().identifier(names.get(i)) + " " + source.naming().type(type, field.typmod()));
        }
        out.add(")");
    }

    // ---- aliases ---------------------------------------------------------------------------------------------------

    /** @param own the name that the entry has without an alias; null when it has none */
    /** The table that a statement changes. */
    void target(FromItem.RelationItem syntax, RangeItem entry, Level level, String as) {
        out.add(source.naming().relation(entry, level));
        if (source.naming().byIdentity()) {
            if (syntax.alias() != null) out.add(as + source.naming().identifier(syntax.alias().name()));
            return;
        }
        String name = String.valueOf(level.name(entry));
        if (syntax.alias() != null || !name.equals(entry.relationName())) out.add(as + source.naming().identifier(name));
    }

    private void alias(FromItem syntax, FromItem.Alias alias, RangeItem entry, Level level, String own) {
        if (source.naming().byIdentity()) {
            if (alias == null) return;
            out.add(" " + source.naming().identifier(alias.name()));
            if (!alias.columns().isEmpty()) markedAliases(alias, entry);
            return;
        }
        ColumnNames.Side side = level.columns().of(syntax);
        String name = String.valueOf(level.name(entry));
        if (alias != null || side.printed || !name.equals(own)) out.add(" " + source.naming().identifier(name));
        if (side.printed) aliases(side, source.naming(), out);
    }

    static void aliases(ColumnNames.Side side, Naming naming, Layout out) {
        List<String> names = side.list();
        if (names.isEmpty()) return;
        out.add("(" + String.join(", ", names.stream().map(naming::identifier).toList()) + ")");
    }

    private void names(List<String> columns) {
        out.add("(" + String.join(", ", columns.stream().map(source.naming()::identifier).toList()) + ")");
    }

    /** Aliases of a relation's columns follow the columns, whatever their order is later. */
    private void markedAliases(FromItem.Alias alias, RangeItem entry) {
        if (entry.relationOid() == 0) {
            names(alias.columns());
            return;
        }
        List<String> marks = new ArrayList<>();
        for (int i = 0; i < alias.columns().size(); i++) {
            String column = alias.columns().get(i);
            int number = Mark.of(column) instanceof Mark.Alias known ? known.column() : entry.fields().get(i).attributeNumber();
            marks.add(new Mark.Alias(-1, number, Mark.of(column) instanceof Mark.Alias known ? known.name() : column).text());
        }
        out.add("(" + String.join(", ", marks) + ")");
    }

    // ---- joins -----------------------------------------------------------------------------------------------------

    private void join(FromItem.JoinItem join, Level level) {
        boolean named = join.alias() != null;
        boolean enclosed = !out.pretty || named;
        boolean right = out.pretty && join.right() instanceof FromItem.JoinItem inner && inner.alias() == null;
        List<Mark.Using> using = findings.using(join);
        if (enclosed) out.add("(");
        item(join.left(), level);
        boolean condition = join.condition() != null || !using.isEmpty();
        String word = switch (join.kind()) {
            case INNER, CROSS -> condition ? " JOIN " : " CROSS JOIN ";
            case LEFT -> " LEFT JOIN ";
            case FULL -> " FULL JOIN ";
            case RIGHT -> " RIGHT JOIN ";
        };
        out.word(word, -Layout.STEP, Layout.STEP, Layout.JOIN);
        if (right) out.add("(");
        item(join.right(), level);
        if (right) out.add(")");
        if (!using.isEmpty()) {
            List<String> names = source.naming().byIdentity() ? using.stream().map(Mark::text).toList()
                    : level.columns().of(join).using.stream().map(source.naming()::identifier).toList();
            out.add(" USING (" + String.join(", ", names) + ")");
            if (join.usingAlias() != null) out.add(" AS " + source.naming().identifier(join.usingAlias().name()));
        } else if (join.condition() != null) {
            out.add(" ON ");
            out.open();
            expressions.print(findings.clause(join.condition()), Implicit.HIDDEN);
            out.close();
        } else if (join.kind() != FromItem.JoinKind.INNER && join.kind() != FromItem.JoinKind.CROSS) {
            out.add(" ON TRUE");
        }
        if (enclosed) out.add(")");
        if (!named) return;
        RangeItem entry = java.util.Objects.requireNonNull(findings.item(join));
        if (source.naming().byIdentity()) {
            out.add(" " + source.naming().identifier(join.alias().name()));
            if (!join.alias().columns().isEmpty()) joinAliases(join.alias(), entry);
            return;
        }
        out.add(" " + source.naming().identifier(String.valueOf(level.name(entry))));
        ColumnNames.Side side = level.columns().of(join);
        if (side.printed) aliases(side, source.naming(), out);
    }

    private void joinAliases(FromItem.Alias alias, RangeItem entry) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < alias.columns().size(); i++) {
            String column = alias.columns().get(i);
            if (Mark.of(column) instanceof Mark.Alias known) {
                names.add(known.text());
            } else if (i < entry.merged() || !entry.plain(i)) {
                names.add(source.naming().identifier(column));
            } else {
                RangeItem below = entry.below(i);
                names.add(new Mark.Alias(below.number(), below.columnNumber(entry.columnBelow(i)), column).text());
            }
        }
        out.add("(" + String.join(", ", names) + ")");
    }
}
