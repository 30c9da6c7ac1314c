package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Scope;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a recursive query gave already. In memory as long as the budget allows; beyond it all go to files by their hash, rows of a round are put off to files of the same
 * kind, and when the round is through one pair of files after the other is compared. One thread.
 */
final class SeenRows {
    private static final int KEYS_MIN = 512;

    private final Scope scope;
    private final PgType[] types;
    private KeyTable table;
    private @Nullable StoredRows given;
    private long charged;
    private @Nullable SpillPartitions known;
    private @Nullable SpillPartitions waiting;
    private int part = SpillPartitions.COUNT;
    private int lateBatch;

    SeenRows(Scope scope, PgType[] types) {
        this.scope = scope;
        this.types = types;
        this.table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
        this.given = new StoredRows(scope, types);
    }

    boolean inMemory() {
        return known == null;
    }

    /** The rows that are new, each once. In memory only. */
    Batch fresh(Batch batch) {
        Batch fresh = add(batch);
        java.util.Objects.requireNonNull(given).add(fresh);
        long bytes = table.bytes();
        boolean fits = scope.context().charge(bytes - charged);
        charged = bytes;
        if (!fits && table.size() >= KEYS_MIN && scope.context().spillFolder() != null) spill();
        return fresh;
    }

    private Batch add(Batch batch) {
        int count = table.size();
        int[] numbers = new int[batch.rows()];
        table.add(batch.columns(), batch, numbers);
        int[] passed = new int[batch.selected()];
        int size = 0;
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            if (numbers[positions[i]] == count) {
                count++;
                passed[size++] = positions[i];
            }
        }
        return batch.select(passed, size);
    }

    private void spill() {
        StoredRows rows = java.util.Objects.requireNonNull(given);
        SpillPartitions files = partitions();
        for (int page = 0; page < rows.pages(); page++) files.write(rows.page(page), rows.page(page).columns());
        rows.release();
        given = null;
        known = files;
        forget();
    }

    private SpillPartitions partitions() {
        return new SpillPartitions(scope, Arrays.stream(types).map(type -> new io.craton.sql.logical.Relation.Field("", type, -1)).toList(), types, 0);
    }

    private void forget() {
        table = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
        scope.context().charge(-charged);
        charged = 0;
    }

    /** Puts rows off to the end of the round. */
    void later(Batch batch) {
        if (waiting == null) waiting = partitions();
        waiting.write(batch, batch.columns());
    }

    /** The round is through: rows that were put off follow by {@link #nextLate}. False when there are none. */
    boolean startLate() {
        if (waiting == null) return false;
        part = -1;
        nextPart();
        return true;
    }

    private void nextPart() {
        forget();
        lateBatch = 0;
        part++;
        if (part == SpillPartitions.COUNT) {
            waiting.close();
            waiting = null;
            return;
        }
        if (waiting.file(part).rows() == 0) return;
        SpillFile file = known.file(part);
        for (int i = 0; i < file.batches(); i++) {
            Batch batch = file.read(i);
            table.add(batch.columns(), batch, new int[batch.rows()]);
        }
    }

    /** New rows among those that were put off; null when there are no more of them. */
    @Nullable Batch nextLate() {
        while (waiting != null && part < SpillPartitions.COUNT && part >= 0) {
            SpillFile file = waiting.file(part);
            if (lateBatch == file.batches()) {
                nextPart();
                continue;
            }
            Batch fresh = add(file.read(lateBatch++));
            if (fresh.selected() == 0) continue;
            known.file(part).write(fresh);
            return fresh;
        }
        return null;
    }

    void release() {
        forget();
        if (given != null) given.release();
        if (known != null) known.close();
        if (waiting != null) waiting.close();
        known = null;
        waiting = null;
    }
}
