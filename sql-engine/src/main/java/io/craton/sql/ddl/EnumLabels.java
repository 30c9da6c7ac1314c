package io.craton.sql.ddl;

import io.craton.core.type.PgType;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.TableDef;

/** Labels of enums inside stored texts: a renamed label is renamed in the defaults of the columns of that type. */
final class EnumLabels {
    private EnumLabels() {}

    static void renameInDefaults(PgType type, String label, String newLabel, Scope scope) {
        String before = SqlText.literal(label);
        for (TableDef table : java.util.List.copyOf(scope.context().catalog().all(TableDef.class))) {
            TableDef after = table;
            for (ColumnDef column : table.columns()) {
                String text = column.defaultExpression();
                if (column.dropped() || column.typeOid() != type.oid() || text == null || !text.startsWith(before)) continue;
                after = Tables.withColumn(after, Tables.withDefault(column, SqlText.literal(newLabel) + text.substring(before.length())));
            }
            if (after != table) scope.context().transaction().change(new CatalogChange.Put(after));
        }
    }
}
