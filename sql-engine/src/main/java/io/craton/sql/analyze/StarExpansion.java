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
