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

/** FOR UPDATE and FOR SHARE: locks rows as they pass; rows that changed meanwhile are looked at again. */
public final class LockRowsOperator extends Operator {
    /** @param identity identity of the scan that the key comes from, null when it cannot be told */
    public record Target(TableDef table, int keyField, RowLockMode mode, WaitPolicy policy, @Nullable Object identity) {}

    private final PlanNode inputNode;
    private final RowSource input;
    private final List<Target> targets;

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
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            scope.context().checkInterrupts();
            VectorBuilder[] builders = new VectorBuilder[batch.columns().length];
            for (int i = 0; i < builders.length; i++) builders[i] = VectorBuilder.of(batch.columns()[i].repr(), batch.selected());
            int[] positions = batch.positions();
            int count = 0;
            for (int i = 0; i < batch.selected(); i++) {
                Object[] row = lock(batch.row(positions[i]));
                if (row == null) continue;
                for (int k = 0; k < builders.length; k++) builders[k].append(row[k]);
                count++;
            }
            if (count == 0) continue;
            var columns = new io.craton.core.batch.Vector[builders.length];
            for (int k = 0; k < columns.length; k++) columns[k] = builders[k].build();
            return Batch.of(columns, count);
        }
        return null;
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
