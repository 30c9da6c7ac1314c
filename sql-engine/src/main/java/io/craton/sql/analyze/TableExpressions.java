package io.craton.sql.analyze;

import io.craton.core.error.PgException;
import io.craton.core.type.PgType;
import io.craton.sql.logical.Scalar;
import io.craton.sql.syntax.Expr;
import io.craton.storage.catalog.CatalogObject.TableDef;
import org.jspecify.annotations.Nullable;

/**
 * Compiles expressions that stand in the catalog or in DDL: defaults, checks, generated columns, index parts and predicates. In the result {@link Scalar.Column}
 * n is the table's n-th live, visible column (0-based), as in a {@code TableScan}'s row. Stateless.
 */
public final class TableExpressions {
    private TableExpressions() {}

    /**
     * @param table whose columns may be named; null for none
     * @param kind decides what is allowed and how errors name the place
     * @param type the type wanted (by assignment; boolean for checks and predicates); null to take what comes
     * @param column name of the column that the value is for, for messages; null when there is none
     */
    public static Scalar compile(
            Expr expression, @Nullable TableDef table, ExpressionKind kind, @Nullable PgType type, int typmod,
            @Nullable String column, CatalogView catalog) {
        throw PgException.notSupported("expression analysis");
    }
}
