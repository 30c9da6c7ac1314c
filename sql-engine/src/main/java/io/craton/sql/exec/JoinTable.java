package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The kept side of a hash join: its rows in columns, chained by equal keys. Filled by one thread, then read by any number; which rows found a partner may be noted by all
 * of them.
 */
final class JoinTable {
    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final Vector[] NO_COLUMNS = {};

    private final RowStore store;
    private final KeyTable keys;
    private int[] heads = new int[64];
    private int[] nexts = new int[64];
    private boolean unique = true;
    private Vector[] columns = NO_COLUMNS;
    private long[] matched = new long[0];
    private final AtomicInteger probers = new AtomicInteger();
    private final AtomicBoolean left = new AtomicBoolean();

    JoinTable(RowStore store, PgType[] keyTypes) {
        this.store = store;
        this.keys = KeyTable.of(keyTypes, KeyTable.NullKeys.NEVER_MATCH);
        Arrays.fill(heads, -1);
    }

    /** False when the memory budget is exceeded; the rows are kept all the same. */
    boolean add(Batch batch, Vector[] keyVectors) {
        int[] numbers = new int[batch.rows()];
        keys.add(keyVectors, batch, numbers);
        int first = store.rows();
        long before = bytes();
        boolean fits = store.tryAdd(batch);
        if (store.rows() > nexts.length) nexts = Arrays.copyOf(nexts, Math.max(store.rows(), nexts.length * 2));
        if (keys.size() > heads.length) {
            int known = heads.length;
            heads = Arrays.copyOf(heads, Math.max(keys.size(), heads.length * 2));
            Arrays.fill(heads, known, heads.length, -1);
        }
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            int number = numbers[positions[i]];
            nexts[first + i] = -1;
            if (number < 0) continue;
            unique &= heads[number] < 0;
            nexts[first + i] = heads[number];
            heads[number] = first + i;
        }
        return store.charge(bytes() - before) && fits;
    }

    /** What is charged for its rows and what belongs to them. */
    long charged() {
        return store.bytes();
    }

    private long bytes() {
        return keys.bytes() + 4L * (heads.length + nexts.length);
    }

    /** Ends filling. */
    void finish(boolean noteMatches) {
        columns = store.columns();
        if (!unique) turn();
        if (noteMatches) matched = new long[(store.rows() + 63) >>> 6];
    }

    /** Chains were linked from their ends: from now on the rows of a key follow in the order in which they came, which some clients take for granted. */
    private void turn() {
        for (int number = 0; number < keys.size(); number++) {
            int before = -1;
            for (int row = heads[number]; row >= 0; ) {
                int next = nexts[row];
                nexts[row] = before;
                before = row;
                row = next;
            }
            heads[number] = before;
        }
    }

    /** One more probes. */
    void enter() {
        probers.incrementAndGet();
    }

    /** One has probed with all its rows; true for the last one, once. */
    boolean leave() {
        return probers.decrementAndGet() == 0 && left.compareAndSet(false, true);
    }

    int rows() {
        return store.rows();
    }

    /** For another run over the same rows. */
    void reset() {
        Arrays.fill(matched, 0);
        probers.set(0);
        left.set(false);
    }

    /** The rows as they were added, for another place. */
    Batch slice(int from, int count) {
        return store.slice(from, count);
    }

    /** No key has two rows. */
    boolean unique() {
        return unique;
    }

    /** For one thread's look-ups. */
    KeyTable prober() {
        return keys.prober();
    }

    @Nullable KeyFilter filter(int key) {
        return keys.filter(key);
    }

    /** A row of the key with this number; the others follow by {@link #next}. */
    int first(int number) {
        return heads[number];
    }

    int next(int row) {
        return nexts[row];
    }

    Vector column(int index) {
        return columns[index];
    }

    int width() {
        return columns.length;
    }

    boolean isMatched(int row) {
        return (matched[row >>> 6] >>> row & 1) != 0;
    }

    void match(int row) {
        if (!isMatched(row)) WORDS.getAndBitwiseOr(matched, row >>> 6, 1L << row);
    }

    Batch gather(int[] rows, int count) {
        return store.gather(rows, count);
    }

    void release() {
        store.release();
    }
}
