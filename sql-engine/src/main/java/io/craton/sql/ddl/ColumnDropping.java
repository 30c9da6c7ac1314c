package io.craton.sql.ddl;

import io.craton.core.error.PgError;
import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.deparse.StoredSql;
import io.craton.sql.session.DataStatements.Scope;
import io.craton.sql.syntax.AlterTableCommand;
import io.craton.sql.syntax.Statement.DropBehavior;
import io.craton.storage.catalog.Catalog;
import io.craton.storage.catalog.CatalogChange;
import io.craton.storage.catalog.CatalogObject;
import io.craton.storage.catalog.CatalogObject.ColumnDef;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.IndexDef;
import io.craton.storage.catalog.CatalogObject.SequenceDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.catalog.CatalogObject.TypeDef;
import java.util.ArrayList;
import java.util.List;

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
        List<CatalogObject> parts = new ArrayList<>();
        List<CatalogObject> others = new ArrayList<>();
        collect(table, column, parts, others);
        if (!others.isEmpty() && drop.behavior() != DropBehavior.CASCADE) {
            List<String> details = new ArrayList<>();
            String what = "column " + column.name() + " of table " + table.name();
            for (CatalogObject other : others) details.add(ObjectText.of(other, scope.names()) + " depends on " + what);
            throw PgError.error(SqlState.DEPENDENT_OBJECTS_STILL_EXIST, "cannot drop " + what + " because other objects depend on it")
                    .withDetail(String.join("\n", details)).withHint("Use DROP ... CASCADE to drop the dependent objects too.").exception();
        }
        boolean clustered = table.keyColumns().contains(column.number());
        parts.addAll(others);
        new ObjectDropping(scope).drop(parts, DropBehavior.CASCADE);
        TableDef now = java.util.Objects.requireNonNull(scope.context().catalog().table(table.oid()));
        TableDef changed = Tables.withColumn(now, Tables.dropped(column));
        if (clustered) changed = new TableRewrite(scope).rewrite(now, Tables.withKey(changed, List.of()), java.util.Map.of());
        else scope.context().transaction().change(new CatalogChange.Put(changed));
        for (var type : TableDraft.rowTypes(changed, scope)) {
            scope.context().transaction().change(new CatalogChange.Put(new TypeDef(type, null)));
        }
    }

    private void collect(TableDef table, ColumnDef column, List<CatalogObject> parts, List<CatalogObject> others) {
        Catalog catalog = scope.context().catalog();
        for (IndexDef index : catalog.indexes(table.oid())) {
            boolean uses = index.includedColumns().contains(column.number())
                    || index.keyParts().stream().anyMatch(part -> part.column() == column.number()
                            || part.expression() != null && mentions(part.expression(), column))
                    || index.predicate() != null && mentions(index.predicate(), column);
            if (uses) parts.add(index);
        }
        for (ConstraintDef constraint : catalog.constraints(table.oid())) {
            boolean own = constraint.columns().contains(column.number());
            if (own && constraint.type() != 'p' && constraint.type() != 'u') parts.add(constraint);
        }
        for (ConstraintDef key : catalog.referencing(table.oid())) {
            if (key.foreignColumns().contains(column.number()) && !parts.contains(key)) others.add(key);
        }
        for (CatalogObject.TriggerDef trigger : catalog.triggers(table.oid())) if (TriggerDdl.reads(trigger, column.number())) others.add(trigger);
        for (SequenceDef sequence : catalog.all(SequenceDef.class)) {
            if (sequence.ownerTable() == table.oid() && sequence.ownerColumn() == column.number()) parts.add(sequence);
        }
        for (ColumnDef other : table.columns()) {
            if (other.generated() != 0 && !other.hidden() && !other.dropped() && other.number() != column.number()
                    && mentions(java.util.Objects.requireNonNull(other.defaultExpression()), column)) {
                throw PgException.notSupported("dropping a column that a generated column uses");
            }
        }
        for (TableDef view : ViewUse.ofColumns(table, scope.names())) {
            if (ViewUse.reads(view, table.oid(), column.number(), scope.names())) {
                others.add(view);
            }
        }
    }

    private static boolean mentions(String expression, ColumnDef column) {
        return StoredSql.reads(expression, column.number());
    }
}
