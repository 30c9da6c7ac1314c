package io.craton.sql.analyze;

import io.craton.core.type.PgType;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.Field;
import io.craton.sql.logical.Scalar;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of the FROM clause: a name with columns (range table entry). Belongs to one analysis. */
final class RangeItem {
    enum Kind { TABLE, VIRTUAL, SUBQUERY, FUNCTION, VALUES, CTE, JOIN }

    final Kind kind;
    final String name;
    final boolean aliased;
    final Scope scope;
    /** Start in the scope's FROM row; joins have expressions in place. */
    final int offset;
    /** Visible columns, under their aliases. */
    final List<Field> fields;
    /** Joins: what each column is, over the scope's FROM row. */
    final @Nullable List<Scalar> expressions;
    /** Tables. */
    @Nullable TableDef table;
    int relationOid;
    @Nullable Access access;
    @Nullable String schema;
    @Nullable String relationName;
    /** Index of this entry in the whole analysis: says which tables need system columns. */
    int ordinal = -1;
    boolean systemColumns;
    /** On the nullable side of an outer join. */
    boolean nullable;
    @Nullable PgType rowType;
    /** Subqueries: where the columns come from. */
    @Nullable Relation source;
    /** A function whose result is one scalar: its whole-row reference is the scalar. */
    boolean scalarFunction;

    RangeItem(Kind kind, String name, boolean aliased, Scope scope, int offset, List<Field> fields,
            @Nullable List<Scalar> expressions) {
        this.kind = kind;
        this.name = name;
        this.aliased = aliased;
        this.scope = scope;
        this.offset = offset;
        this.fields = fields;
        this.expressions = expressions;
    }

    /** Index of a column by name; -1 none, -2 more than one. */
    int find(String column) {
        int found = -1;
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).name().equals(column)) continue;
            if (found >= 0) return -2;
            found = i;
        }
        return found;
    }
}
