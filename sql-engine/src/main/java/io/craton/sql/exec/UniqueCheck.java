package io.craton.sql.exec;

import io.craton.sql.expr.Scope;
import io.craton.storage.catalog.CatalogObject.ConstraintDef;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.row.RowCodec;
import io.craton.storage.txn.Transaction.Doubt;
import java.util.List;

/** A deferrable unique constraint: one row at most has these values. */
record UniqueCheck(TableDef table, ConstraintDef constraint, Doubt doubt) implements DeferredCheck {
    static void add(Scope scope, TableDef table, Doubt doubt) {
        for (ConstraintDef constraint : scope.context().catalog().constraints(table.oid())) {
            if (constraint.type() == 'f' || constraint.indexOid() != doubt.index().oid()) continue;
            Checks.of(scope).add(new UniqueCheck(table, constraint, doubt), constraint.deferrable(), constraint.initiallyDeferred());
        }
    }

    @Override
    public int constraintOid() {
        return constraint.oid();
    }

    @Override
    public int tableOid() {
        return table.oid();
    }

    @Override
    public void run(Scope scope) {
        ExecContext context = scope.context();
        List<byte[]> holders = context.transaction().holders(table, doubt);
        if (holders.size() < 2) return;
        byte[] row = java.util.Objects.requireNonNull(context.transaction().get(table, holders.getFirst()));
        throw RowErrors.duplicate(context, table, doubt.index(), RowCodec.of(table, context.format().types()).datums(row));
    }
}
