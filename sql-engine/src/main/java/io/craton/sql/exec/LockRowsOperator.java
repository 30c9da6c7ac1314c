package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.VectorBuilder;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import io.craton.storage.catalog.CatalogObject.TableDef;
import io.craton.storage.txn.RowLockMode;
import io.craton.storage.txn.Transaction.LockOutcome;
import io.craton.storage.txn.WaitPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** FOR UPDATE and FOR SHARE: locks rows one by one, no more than are asked for; rows that changed meanwhile are looked at again. */
public final class LockRowsOperator extends Operator {
    /** @param identity identity of the scan that the key comes from, null when it cannot be told */
    public record Target(TableDef table, int keyField, RowLockMode mode, WaitPolicy policy, @Nullable Object identity) {}

    private final PlanNode inputNode;
    private final RowSource input;
    private final List<Target> targets;
    private @Nullable Batch batch;
    private int next;

    public LockRowsOperator(Scope scope, PlanNode input, List<Target> targets) {
        super(scope);
        this.inputNode = input;
        this.input = start(input);
        this.targets = targets;
    }

    @Override
    public void open() {
        input.open();
    }

    @Override
    public @Nullable Batch next() {
        while (true) {
            Batch rows = batch;
            if (rows == null || next == rows.selected()) {
                scope.context().checkInterrupts();
                batch = rows = input.next();
                next = 0;
                if (rows == null) return null;
                if (rows.selected() == 0) continue;
            }
            Object[] row = lock(rows.row(rows.positions()[next++]));
            if (row == null) continue;
            var columns = new io.craton.core.batch.Vector[row.length];
            for (int k = 0; k < columns.length; k++) {
                VectorBuilder builder = VectorBuilder.of(rows.columns()[k].repr(), 1);
                builder.append(row[k]);
                columns[k] = builder.build();
            }
            return Batch.of(columns, 1);
        }
    }

    private @Nullable Object @Nullable [] lock(@Nullable Object[] row) {
        Object[] current = row;
        for (Target target : targets) {
            byte[] key = (byte[]) current[target.keyField()];
            if (key == null) continue; // the null side of an outer join
            LockOutcome outcome = scope.context().transaction().lock(target.table(), key, target.mode(), target.policy());
            switch (outcome) {
                case LockOutcome.Locked locked -> {}
                case LockOutcome.ChangedByCommand changed -> {}
                case LockOutcome.Skipped skipped -> {
                    return null;
                }
                case LockOutcome.Changed changed -> {
                    if (changed.newestRow() == null || target.identity() == null) return null;
                    current = Recheck.first(scope, inputNode, new RowOverride(target.identity(), key, changed.newestRow()));
                    if (current == null) return null;
                }
            }
        }
        return current;
    }

    @Override
    public void close() {
        input.close();
    }
}
