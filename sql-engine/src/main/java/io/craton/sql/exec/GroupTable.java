package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import org.jspecify.annotations.Nullable;

/** The groups of one grouping set with the states of all calls. One thread. */
final class GroupTable {
    private final Scope scope;
    private final Evaluator[] keys;
    private final AggregateSpec[] specs;
    private final int[] set;
    private final @Nullable KeyTable table;
    private final VectorBuilder[] firsts;
    private final Accumulator[] accumulators;
    private Vector[] firstValues = new Vector[0];
    private int groups;
    private boolean full;

    /** @param set numbers of the keys that count */
    GroupTable(Scope scope, Evaluator[] keys, int[] set, AggregateSpec[] specs) {
        this.scope = scope;
        this.keys = keys;
        this.set = set;
        this.specs = specs;
        PgType[] types = new PgType[set.length];
        firsts = new VectorBuilder[set.length];
        for (int i = 0; i < set.length; i++) {
            types[i] = keys[set[i]].type();
            firsts[i] = VectorBuilder.of(types[i].repr(), 64);
        }
        table = set.length == 0 ? null : KeyTable.of(types, KeyTable.NullKeys.EQUAL);
        groups = set.length == 0 ? 1 : 0;
        accumulators = new Accumulator[specs.length];
        for (int i = 0; i < specs.length; i++) accumulators[i] = specs[i].accumulator(scope);
    }

    int[] set() {
        return set;
    }

    int groups() {
        return groups;
    }

    /** From now on rows of unknown groups are not taken. */
    void close() {
        full = table != null;
    }

    boolean closed() {
        return full;
    }

    /** Adds rows; those that are not taken are given back, null for none. */
    @Nullable Batch add(Batch batch, Vector[] keyVectors, AggregateInput[] inputs) {
        int[] numbers = new int[batch.rows()];
        Batch rejected = null;
        if (table != null) {
            Vector[] own = own(keyVectors);
            if (full) {
                table.find(own, batch, numbers);
                rejected = unknown(batch, numbers);
            } else {
                table.add(own, batch, numbers);
                remember(own, batch, numbers);
            }
        }
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i].ensure(groups);
            if (inputs[i].batch().selected() > 0) accumulators[i].add(inputs[i].batch(), numbers, inputs[i].arguments());
        }
        return rejected;
    }

    Vector[] own(Vector[] keyVectors) {
        Vector[] own = new Vector[set.length];
        for (int i = 0; i < own.length; i++) own[i] = keyVectors[set[i]];
        return own;
    }

    private static @Nullable Batch unknown(Batch batch, int[] numbers) {
        int[] away = new int[batch.selected()];
        int count = 0;
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) if (numbers[positions[i]] < 0) away[count++] = positions[i];
        return count == 0 ? null : batch.select(away, count);
    }

    /** Keys of groups that are new. */
    private void remember(Vector[] own, Batch batch, int[] numbers) {
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            int row = positions[i];
            if (numbers[row] != groups) continue;
            groups++;
            for (int k = 0; k < own.length; k++) firsts[k].append(own[k], row);
        }
    }

    /** About how much memory it takes. */
    long bytes() {
        long bytes = table == null ? 0 : table.bytes() + 16L * groups * set.length;
        for (Accumulator accumulator : accumulators) bytes += accumulator.bytes();
        return bytes;
    }

    /** Adds the groups of another table of the same set, which must not be used any more. */
    void merge(GroupTable other) {
        int count = other.groups;
        int[] numbers = new int[count];
        if (table != null) {
            Vector[] otherKeys = new Vector[set.length];
            for (int i = 0; i < set.length; i++) otherKeys[i] = other.firsts[i].build();
            int[] part = new int[Batch.SIZE];
            for (int from = 0; from < count; from += Batch.SIZE) {
                int size = Math.min(Batch.SIZE, count - from);
                Vector[] slice = new Vector[set.length];
                for (int i = 0; i < set.length; i++) slice[i] = otherKeys[i].slice(from, size);
                Batch batch = Batch.of(slice, size);
                table.add(slice, batch, part);
                remember(slice, batch, part);
                System.arraycopy(part, 0, numbers, from, size);
            }
        }
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i].ensure(groups);
            accumulators[i].merge(other.accumulators[i], numbers, count);
        }
    }

    /** Ends adding. */
    void finish() {
        firstValues = new Vector[firsts.length];
        for (int i = 0; i < firsts.length; i++) firstValues[i] = firsts[i].build();
        for (int i = 0; i < specs.length; i++) {
            accumulators[i].ensure(groups);
            if (accumulators[i] instanceof KernelAccumulator kernel && specs[i].direct().length > 0) {
                for (int group = 0; group < groups; group++) kernel.direct(group, direct(specs[i].direct(), group));
            }
        }
    }

    /** Direct arguments are over the group's keys; those that the set leaves out are null. */
    private @Nullable Object[] direct(Evaluator[] arguments, int group) {
        Object[] datums = new Object[keys.length];
        for (int i = 0; i < set.length; i++) datums[set[i]] = firstValues[i].datum(group);
        Object[] values = new Object[arguments.length];
        for (int k = 0; k < values.length; k++) values[k] = arguments[k].value(scope, RowView.of(datums));
        return values;
    }

    /**
     * Rows of the result.
     *
     * @param masks whether the last field is the mask of keys that the set leaves out
     */
    Batch batch(int from, int count, Repr[] reprs, boolean masks) {
        Vector[] columns = new Vector[reprs.length];
        for (int k = 0; k < keys.length; k++) columns[k] = ConstantVector.of(keys[k].type().repr(), null, count);
        for (int i = 0; i < set.length; i++) columns[set[i]] = firstValues[i].slice(from, count);
        for (int i = 0; i < accumulators.length; i++) columns[keys.length + i] = accumulators[i].results(from, count, reprs[keys.length + i]);
        if (masks) {
            long mask = (1L << keys.length) - 1;
            for (int key : set) mask &= ~(1L << keys.length - 1 - key);
            columns[reprs.length - 1] = ConstantVector.of(Repr.LONG, mask, count);
        }
        return Batch.of(columns, count);
    }
}
