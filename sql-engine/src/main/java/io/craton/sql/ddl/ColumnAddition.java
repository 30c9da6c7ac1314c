package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.logical.Scalar;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Mark;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ALTER TABLE ADD COLUMN. A default that is the same for all rows becomes the column's missing value, and no row is touched; a volatile one,
 * or a generated column, writes the rows again.
 */
final class ColumnAddition {
    private final Scope scope;

    ColumnAddition(Scope scope) {
        this.scope = scope;
    }

    /** @param online the table is locked in {@link OnlineRewrite#LOCK} only */
    void run(AlterTableCommand.AddColumn add, TableDef table, boolean online) {
        String columnName = add.column().name();
        if (table.kind() != 'r') {
            throw new PgException(SqlState.WRONG_OBJECT_TYPE, "\"" + table.name() + "\" is not a table, composite type, or foreign table");
        }
        if (table.column(columnName) != null) {
            if (!add.ifNotExists()) {
                throw new PgException(SqlState.DUPLICATE_COLUMN,
                        "column \"" + columnName + "\" of relation \"" + table.name() + "\" already exists");
            }
            scope.context().notice(PgError.notice(SqlState.DUPLICATE_COLUMN,
                    "column \"" + columnName + "\" of relation \"" + table.name() + "\" already exists, skipping"));
            return;
        }
        TableCreation.NewColumn made = new TableCreation(scope).newColumn(table, add.column());
        ColumnDef column = made.column();
        PgType type = scope.names().requireType(column.typeOid());
        TypeDdl.requireNotMemberOfItself(table, type, scope);
        String fill = made.fillExpression();
        if (fill == null && type.kind() == 'd' && column.generated() == 0) fill = type.defaultExpression() != null ? type.defaultExpression() : "null";
        if (fill != null || column.generated() != 0) TypeDdl.requireRowsUnstored(table, scope);
        made.sequences().forEach(sequence -> scope.context().transaction().change(new CatalogChange.Put(sequence)));
        List<ColumnDef> columns = new ArrayList<>(table.columns());
        TableRewrite rewrite = new TableRewrite(scope);
        boolean computed = column.generated() != 0 || fill != null && !constant(fill, column);
        if (online && !computed) new OnlineRewrite(scope).lockStrongly(table);
        boolean hasRows = rewrite.hasRows(table);
        if (hasRows && column.notNull() && fill == null && column.generated() == 0) {
            throw RowChecks.containsNulls(table, column, scope.names());
        }
        TableDef changed;
        if (!hasRows && !online || fill == null && column.generated() == 0) {
            columns.add(column);
            changed = Tables.withColumns(table, columns);
            scope.context().transaction().change(new CatalogChange.Put(changed));
        } else if (!computed) {
            Object text = scope.rows("select (" + assigned(fill, column) + ")::text").getFirst()[0];
            columns.add(new ColumnDef(column.number(), column.name(), column.typeOid(), column.typmod(), column.collationOid(),
                    column.notNull(), column.defaultExpression(), column.identity(), column.generated(), (String) text, false, false, -1, null, column.tuning()));
            if (text == null && column.notNull()) throw RowChecks.containsNulls(table, column, scope.names());
            changed = Tables.withColumns(table, columns);
            scope.context().transaction().change(new CatalogChange.Put(changed));
        } else {
            columns.add(column);
            if (made.writeSequencesFirst()) scope.context().transaction().nextCommand();
            Map<Integer, String> values = column.generated() != 0 ? Map.of() : Map.of(column.number(), assigned(fill, column));
            TableDef widened = Tables.withColumns(table, columns);
            changed = online ? new OnlineRewrite(scope).rewrite(table, widened, values) : rewrite.rewrite(table, widened, values);
        }
        for (PgType row : TableDraft.rowTypes(changed, scope)) {
            scope.context().transaction().change(new CatalogChange.Put(new TypeDef(row, null)));
        }
        TypeDdl.rewriteKeys(changed, scope);
        TableAlteration alteration = new TableAlteration(scope);
        for (var constraint : made.constraints()) {
            alteration.addConstraint(constraint, java.util.Objects.requireNonNull(scope.context().catalog().table(table.oid())));
        }
    }

    private static String assigned(String value, ColumnDef column) {
        return "(" + value + ")::" + new Mark.Assigned(column.typeOid(), column.typmod()).text();
    }

    private boolean constant(String expression, ColumnDef column) {
        Scalar scalar = TableExpressions.compile(SqlParser.parseExpression(expression), null, ExpressionKind.COLUMN_DEFAULT,
                scope.names().requireType(column.typeOid()), column.typmod(), column.name(), scope.names());
        return !Volatility.isVolatile(scalar);
    }
}
