package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import org.jspecify.annotations.Nullable;

/** SELECT DISTINCT: the first row of each. */
public final class DistinctOperator extends Operator {
    private final RowSource input;
    private final PgType[] types;
    private KeyTable table;
    private long charged;

    public DistinctOperator(Scope scope, PlanNode input) {
        super(scope);
        this.input = start(input);
        this.types = input.fields().stream().map(Relation.Field::type).toArray(PgType[]::new);
        this.table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
    }

    @Override
    public void open() {
        table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
        input.open();
    }

    @Override
    public @Nullable Batch next() {
        for (Batch batch = input.next(); batch != null; batch = input.next()) {
            scope.context().checkInterrupts();
            int known = table.size();
            int[] numbers = new int[batch.rows()];
            table.add(batch.columns(), batch, numbers);
            int[] fresh = new int[batch.selected()];
            int count = 0;
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                if (numbers[positions[i]] == known) {
                    fresh[count++] = positions[i];
                    known++;
                }
            }
            long bytes = table.bytes();
            if (!scope.context().charge(bytes - charged)) throw RowStore.outOfMemory();
            charged = bytes;
            if (count > 0) return batch.select(fresh, count);
        }
        return null;
    }

    @Override
    public void close() {
        input.close();
        scope.context().charge(-charged);
        charged = 0;
        table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
    }
}
