package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.SqlState;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;

/** ALTER TABLE DROP COLUMN: the column stays as a dropped one; what uses it goes or forbids it. */
final class ColumnDropping {
    private final Scope scope;

    ColumnDropping(Scope scope) {
        this.scope = scope;
    }

    void run(AlterTableCommand.DropColumn drop, TableDef table) {
        ColumnDef column = table.column(drop.column());
        if (column == null) {
            if (!drop.ifExists()) TableAlteration.column(table, drop.column());
            scope.context().notice(PgError.notice(SqlState.SUCCESSFUL_COMPLETION,
                    "column \"" + drop.column() + "\" of relation \"" + table.name() + "\" does not exist, skipping"));
            return;
        }
        Cascade cascade = new Cascade(scope);
        cascade.column(table, column);
        cascade.requireAgreed(ObjectText.column(table, column, scope.names()), "it", drop.behavior());
        cascade.report();
        cascade.drop();
    }
}
