package io.craton.sql.ddl;

import io.craton.core.type.TypeOid;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.CollationDef;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.RoutineDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A column that stands in the way of a drop: its type is dropped, or its default takes from a dropped sequence. */
record ColumnUse(TableDef table, ColumnDef column, CatalogObject reason) {

    /** Columns of other tables that the doomed objects leave without type or sequence. */
    static List<ColumnUse> of(Collection<CatalogObject> doomed, Catalog catalog, CatalogView names) {
        List<ColumnUse> uses = new ArrayList<>();
        for (CatalogObject object : doomed) {
            if (!(object instanceof TypeDef) && !(object instanceof CollationDef) && !(object instanceof SequenceDef) && !(object instanceof RoutineDef)) continue;
            for (TableDef table : catalog.all(TableDef.class)) {
                for (ColumnDef column : table.columns()) {
                    if (!column.dropped() && !column.hidden() && uses(column, object)) uses.add(new ColumnUse(table, column, object));
                }
            }
        }
        return uses;
    }

    private static boolean uses(ColumnDef column, CatalogObject object) {
        return switch (object) {
            case TypeDef type -> column.typeOid() == type.oid();
            case CollationDef collation -> column.collationOid() == collation.oid();
            case SequenceDef sequence -> column.defaultExpression() != null && column.generated() == 0
                    && StoredSql.mentions(column.defaultExpression(), TypeOid.REGCLASS, sequence.oid());
            case RoutineDef routine -> column.defaultExpression() != null && RoutineUse.calls(column.defaultExpression(), routine);
            default -> false;
        };
    }

    /** Only the default goes, the column stays. */
    boolean onlyDefault() {
        return !(reason instanceof TypeDef) && !(reason instanceof CollationDef) && column.generated() == 0;
    }

    String name() {
        return (onlyDefault() ? "default value for column " : "column ") + column.name() + " of table " + table.name();
    }

    /** Takes the column's default. */
    void cascade(Scope scope) {
        TableDef now = java.util.Objects.requireNonNull(scope.context().catalog().table(table.oid()));
        scope.context().transaction().change(new CatalogChange.Put(Tables.withColumn(now, Tables.withDefault(now.column(column.number()), null))));
    }
}
