package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SELECT DISTINCT: the first row of each, as they come. Over the memory budget no new ones are remembered: rows that are not known go to files by their hash, whose
 * rows are made distinct one file after the other.
 */
public final class DistinctOperator extends Operator {
    /** Fewer are remembered however small the budget is, so that every file makes progress. */
    private static final int KEYS_MIN = 512;

    private final RowSource input;
    private final List<Relation.Field> fields;
    private final PgType[] types;
    private final ArrayDeque<Part> pending = new ArrayDeque<>();
    private KeyTable table;
    private long charged;
    private RowSource source;
    private int level;
    private @Nullable SpillPartitions overflow;

    /** Rows that wait in a file. */
    private record Part(SpillFile file, int level) {}

    public DistinctOperator(Scope scope, PlanNode input) {
        super(scope);
        this.input = start(input);
        this.source = this.input;
        this.fields = input.fields();
        this.types = fields.stream().map(Relation.Field::type).toArray(PgType[]::new);
        this.table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
    }

    @Override
    public void open() {
        release();
        source = input;
        level = 0;
        input.open();
    }

    @Override
    public @Nullable Batch next() {
        while (true) {
            for (Batch batch = source.next(); batch != null; batch = source.next()) {
                scope.context().checkInterrupts();
                Batch fresh = overflow == null ? fresh(batch) : away(batch);
                if (fresh != null) return fresh;
            }
            source.close();
            if (!nextPart()) return null;
        }
    }

    private @Nullable Batch fresh(Batch batch) {
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
        boolean fits = scope.context().charge(bytes - charged);
        charged = bytes;
        if (!fits && table.size() >= KEYS_MIN && level < SpillPartitions.LEVELS_MAX) overflow = new SpillPartitions(scope, fields, types, level);
        return count == 0 ? null : batch.select(fresh, count);
    }

    /** Rows that were not given yet wait. */
    private @Nullable Batch away(Batch batch) {
        int[] numbers = new int[batch.rows()];
        table.find(batch.columns(), batch, numbers);
        int[] unknown = new int[batch.selected()];
        int count = 0;
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) if (numbers[positions[i]] < 0) unknown[count++] = positions[i];
        if (count > 0) java.util.Objects.requireNonNull(overflow).write(batch.select(unknown, count), batch.columns());
        return null;
    }

    private boolean nextPart() {
        if (overflow != null) {
            for (int i = 0; i < SpillPartitions.COUNT; i++) {
                if (overflow.file(i).rows() > 0) pending.push(new Part(overflow.file(i), level + 1));
                else overflow.file(i).close();
            }
            overflow = null;
        }
        forget();
        if (pending.isEmpty()) return false;
        Part part = pending.pop();
        level = part.level;
        source = new SpillSource(part.file);
        return true;
    }

    private void forget() {
        scope.context().charge(-charged);
        charged = 0;
        table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
    }

    private void release() {
        forget();
        if (overflow != null) overflow.close();
        overflow = null;
        for (Part part : pending) part.file.close();
        pending.clear();
        if (source != input) source.close();
    }

    @Override
    public void close() {
        input.close();
        release();
    }
}
