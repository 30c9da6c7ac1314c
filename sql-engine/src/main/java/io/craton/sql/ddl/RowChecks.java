package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.analyze.CatalogView;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the rows that are there when a constraint is added. The checks are queries, as PostgreSQL's own for foreign keys. */
final class RowChecks {
    private RowChecks() {}

    static void notNull(TableDef table, ColumnDef column, Scope scope) {
        String sql = "select 1 from " + name(table, scope) + " where " + SqlText.identifier(column.name()) + " is null limit 1";
        if (!scope.rows(sql).isEmpty()) throw containsNulls(table, column, scope.names());
    }

    static PgException containsNulls(TableDef table, ColumnDef column, CatalogView names) {
        return PgError.error(SqlState.NOT_NULL_VIOLATION,
                        "column \"" + column.name() + "\" of relation \"" + table.name() + "\" contains null values")
                .withTable(names.schemaName(table.schemaOid()), table.name()).withColumn(column.name()).exception();
    }

    static void check(TableDef table, ConstraintDef check, Scope scope) {
        String sql = "select 1 from " + name(table, scope) + " where not (" + check.expression() + ") limit 1";
        if (!scope.rows(sql).isEmpty()) {
            throw PgError.error(SqlState.CHECK_VIOLATION,
                            "check constraint \"" + check.name() + "\" of relation \"" + table.name() + "\" is violated by some row")
                    .withTable(scope.names().schemaName(table.schemaOid()), table.name()).withConstraint(check.name()).exception();
        }
    }

    static void foreignKey(TableDef table, ConstraintDef key, TableDef referenced, Scope scope) {
        List<String> join = new ArrayList<>();
        List<String> present = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < key.columns().size(); i++) {
            String local = "fk." + SqlText.identifier(table.column(key.columns().get(i)).name());
            join.add(local + " = pk." + SqlText.identifier(referenced.column(key.foreignColumns().get(i)).name()));
            present.add(local + " is not null");
            values.add(local + "::text");
        }
        String sql = "select " + String.join(", ", values) + " from " + name(table, scope) + " fk where "
                + String.join(key.match() == 'f' ? " or " : " and ", present)
                + " and not exists (select 1 from " + name(referenced, scope) + " pk where " + String.join(" and ", join) + ") limit 1";
        List<@Nullable Object[]> bad = scope.rows(sql);
        if (bad.isEmpty()) return;
        List<String> names = new ArrayList<>();
        for (int number : key.columns()) names.add(table.column(number).name());
        List<String> shown = new ArrayList<>();
        for (Object value : bad.getFirst()) shown.add(String.valueOf(value));
        throw PgError.error(SqlState.FOREIGN_KEY_VIOLATION,
                        "insert or update on table \"" + table.name() + "\" violates foreign key constraint \"" + key.name() + "\"")
                .withDetail("Key (" + String.join(", ", names) + ")=(" + String.join(", ", shown) + ") is not present in table \""
                        + referenced.name() + "\".")
                .withTable(scope.names().schemaName(table.schemaOid()), table.name()).withConstraint(key.name()).exception();
    }

    private static String name(TableDef table, Scope scope) {
        return SqlText.qualified(scope.names().schemaName(table.schemaOid()), table.name());
    }
}
