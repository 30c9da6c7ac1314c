package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.PgType;
import io.craton.sql.analyze.ExpressionKind;
import io.craton.sql.analyze.TableExpressions;
import io.craton.sql.analyze.TypeResolution;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.SqlParser;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.Map;

/** ALTER COLUMN TYPE: writes the rows again with the value converted. */
final class ColumnTypeChange {
    private final Scope scope;

    ColumnTypeChange(Scope scope) {
        this.scope = scope;
    }

    void run(AlterTableCommand.AlterColumnType alter, TableDef table) {
        ColumnDef column = TableAlteration.column(table, alter.column());
        TypeResolution.TypeRef type = new TypeResolution(scope.names()).resolve(alter.type());
        TableCreation.checkType(column.name(), type.type(), alter.type());
        for (TableDef view : ViewUse.of(table, scope.names())) {
            throw PgError.error(SqlState.FEATURE_NOT_SUPPORTED, "cannot alter type of a column used by a view or rule")
                    .withDetail("rule _RETURN on view " + view.name() + " depends on column \"" + column.name() + "\"").exception();
        }
        String name = SqlText.identifier(column.name());
        String value = alter.using() == null ? name : SqlText.print(alter.using());
        String typeText = TypeText.of(type.type(), type.typmod(), scope.names());
        requireAssignable(alter, table, column, type, value, typeText);
        String defaultText = column.defaultExpression();
        if (defaultText != null && column.generated() == 0) {
            try {
                TableExpressions.compile(SqlParser.parseExpression(defaultText), null, ExpressionKind.COLUMN_DEFAULT, type.type(), type.typmod(),
                        column.name(), scope.names());
            } catch (PgException e) {
                throw new PgException(SqlState.DATATYPE_MISMATCH,
                        "default for column \"" + column.name() + "\" cannot be cast automatically to type " + typeText);
            }
        }
        int collation = alter.collation().isEmpty() ? type.type().collationOid() : CollationNames.resolve(alter.collation(), scope);
        ColumnDef changed = new ColumnDef(column.number(), column.name(), type.type().oid(), type.typmod(), collation, column.notNull(),
                defaultText, column.identity(), column.generated(), null, false, false, column.statisticsTarget(), column.acl());
        TableDef after = new TableRewrite(scope).rewrite(table, Tables.withColumn(table, changed),
                Map.of(column.number(), "(" + value + ")::" + typeText));
        for (var rowType : TableDraft.rowTypes(after, scope)) {
            scope.context().transaction().change(new CatalogChange.Put(new TypeDef(rowType, null)));
        }
    }

    private void requireAssignable(AlterTableCommand.AlterColumnType alter, TableDef table, ColumnDef column, TypeResolution.TypeRef type,
            String value, String typeText) {
        PgType wanted = type.type();
        try {
            TableExpressions.compile(SqlParser.parseExpression(value), table, ExpressionKind.ALTER_COLUMN_TRANSFORM, wanted, type.typmod(),
                    column.name(), scope.names());
        } catch (PgException e) {
            if (e.state() != SqlState.DATATYPE_MISMATCH && e.state() != SqlState.CANNOT_COERCE) throw e;
            if (alter.using() != null) {
                throw PgError.error(SqlState.DATATYPE_MISMATCH, "result of USING clause for column \"" + column.name()
                                + "\" cannot be cast automatically to type " + typeText)
                        .withHint("You might need to add an explicit cast.").exception();
            }
            throw PgError.error(SqlState.DATATYPE_MISMATCH,
                            "column \"" + column.name() + "\" cannot be cast automatically to type " + typeText)
                    .withHint("You might need to specify \"USING " + SqlText.identifier(column.name()) + "::" + typeText + "\".").exception();
        }
    }
}
