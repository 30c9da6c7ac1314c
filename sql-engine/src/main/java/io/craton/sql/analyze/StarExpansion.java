package io.craton.sql.analyze;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code *} and {@code t.*} as lists of columns. */
final class StarExpansion {
    /** A column of the expansion. */
    record Item(Scalar value, Field field) {}

    private StarExpansion() {}

    static List<Item> expand(Expr.Star star, Scope scope) {
        List<Item> items = new ArrayList<>();
        ColumnResolver columns = scope.analysis.columns;
        if (star.qualifier().isEmpty()) {
            boolean any = false;
            for (Visible visible : scope.namespace) {
                if (!visible.columns || visible.lateralOnly) continue;
                any = true;
                add(items, visible.item, scope, star.position());
            }
            if (!any) {
                throw PgError.error(SqlState.SYNTAX_ERROR, "SELECT * with no tables specified is not valid")
                        .withPosition(star.position()).exception();
            }
            return items;
        }
        List<String> qualifier = star.qualifier();
        Scalar variable = columns.variableRow(qualifier, scope, star.position());
        if (variable != null) return fields(variable, scope);
        String relation = qualifier.getLast();
        @Nullable String schema = qualifier.size() > 1 ? qualifier.get(qualifier.size() - 2) : null;
        if (qualifier.size() > 3) {
            throw PgError.error(SqlState.SYNTAX_ERROR, "improper qualified name (too many dotted names): "
                    + String.join(".", qualifier) + ".*").withPosition(star.position()).exception();
        }
        RangeItem item = columns.findItem(schema, relation, star.position(), scope);
        if (item == null) throw MissingNames.relation(schema, relation, star.position(), scope);
        add(items, item, scope, star.position());
        return items;
    }

    /** A list of expressions with {@code t.*} and {@code (composite).*} in it written out. */
    static List<Expr> written(List<Expr> list, Scope scope) {
        if (list.stream().noneMatch(StarExpansion::isStar)) return list;
        List<Expr> written = new ArrayList<>();
        for (Expr each : list) {
            if (!isStar(each)) written.add(each);
            else if (each instanceof Expr.Star star) writtenTable(star, scope, written);
            else writtenFields((Expr.Indirection) each, scope, written);
        }
        return written;
    }

    private static boolean isStar(Expr each) {
        return each instanceof Expr.Star star && !star.qualifier().isEmpty() || each instanceof Expr.Indirection composite && composite.steps().getLast() instanceof Expr.StarStep;
    }

    private static void writtenTable(Expr.Star star, Scope scope, List<Expr> written) {
        boolean variable = scope.analysis.columns.variableRow(star.qualifier(), scope, star.position()) != null;
        for (Item item : expand(star, scope)) {
            List<String> names = new ArrayList<>(star.qualifier());
            if (!variable) names.add(item.field().name());
            Expr.ColumnRef reference = new Expr.ColumnRef(names, star.position());
            written.add(variable ? new Expr.Indirection(reference, List.of(new Expr.FieldStep(item.field().name())), star.position()) : reference);
        }
    }

    private static void writtenFields(Expr.Indirection composite, Scope scope, List<Expr> written) {
        List<Expr.Step> steps = composite.steps().subList(0, composite.steps().size() - 1);
        Expr inner = steps.isEmpty() ? composite.argument() : new Expr.Indirection(composite.argument(), steps, composite.position());
        List<Field> fields = scope.analysis.expressions.indirections().fields(scope.analysis.expressions.analyze(inner, scope), scope);
        if (fields == null) {
            written.add(composite); // refused where it is analysed
            return;
        }
        for (Field field : fields) {
            List<Expr.Step> all = new ArrayList<>(steps);
            all.add(new Expr.FieldStep(field.name()));
            written.add(new Expr.Indirection(composite.argument(), all, composite.position()));
        }
    }

    private static List<Item> fields(Scalar row, Scope scope) {
        List<Item> items = new ArrayList<>();
        List<Field> fields = java.util.Objects.requireNonNull(scope.analysis.expressions.indirections().fields(row));
        for (Field field : fields) items.add(new Item(new Scalar.Field(row, items.size(), field.type(), field.typmod()), field));
        return items;
    }

    private static void add(List<Item> items, RangeItem item, Scope scope, int position) {
        for (int i = 0; i < item.fields.size() - item.unstarred; i++) {
            items.add(new Item(scope.analysis.columns.column(item, i, scope, position), item.fields.get(i)));
        }
    }
}
