package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.PgType;
import io.craton.core.type.Repr;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hash aggregation over one or several grouping sets. Without keys there is one row always. */
public final class AggregateOperator extends Operator {
    private final RowSource input;
    private final Evaluator[] keys;
    private final int[][] sets;
    private final boolean masks;
    private final AggregateSpec[] specs;
    private final Repr[] reprs;
    private final List<Grouping> groupings = new ArrayList<>();
    private final List<Relation.Field> inputFields;
    private boolean built;
    private boolean full;
    private @Nullable SpillFile overflow;
    private @Nullable SpillSource again;
    private int current;
    private int at;
    private long charged;

    /**
     * @param sets key numbers of each grouping set
     * @param masks whether the last field is the mask of keys that the set leaves out
     */
    public AggregateOperator(Scope scope, PlanNode input, List<Relation.Field> fields, Evaluator[] keys, int[][] sets, boolean masks,
            AggregateSpec[] specs) {
        super(scope);
        this.input = start(input);
        this.inputFields = input.fields();
        this.keys = keys;
        this.sets = sets;
        this.masks = masks;
        this.specs = specs;
        this.reprs = RowStore.reprs(fields);
    }

    /** Groups of one grouping set. */
    private final class Grouping {
        final int[] set;
        final @Nullable KeyTable table;
        final VectorBuilder[] firsts;
        final Accumulator[] accumulators;
        Vector[] firstValues = new Vector[0];
        int groups;

        Grouping(int[] set) {
            this.set = set;
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

        void add(Batch batch, Vector[] keyVectors, Inputs[] inputs) {
            int[] numbers = new int[batch.rows()];
            if (table != null) {
                Vector[] own = new Vector[set.length];
                for (int i = 0; i < own.length; i++) own[i] = keyVectors[set[i]];
                table.add(own, batch, numbers);
                int[] positions = batch.positions();
                for (int i = 0; i < batch.selected(); i++) {
                    int row = positions[i];
                    if (numbers[row] != groups) continue;
                    groups++;
                    for (int k = 0; k < own.length; k++) firsts[k].append(own[k], row);
                }
            }
            for (int i = 0; i < accumulators.length; i++) {
                accumulators[i].ensure(groups);
                if (inputs[i].batch.selected() > 0) accumulators[i].add(inputs[i].batch, numbers, inputs[i].arguments);
            }
        }

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

        Batch batch(int from, int count) {
            Vector[] columns = new Vector[reprs.length];
            int[] numbers = new int[count];
            for (int i = 0; i < count; i++) numbers[i] = from + i;
            for (int k = 0; k < keys.length; k++) columns[k] = ConstantVector.of(keys[k].type().repr(), null, count);
            for (int i = 0; i < set.length; i++) columns[set[i]] = firstValues[i].gather(numbers, count);
            for (int i = 0; i < accumulators.length; i++) {
                VectorBuilder builder = VectorBuilder.of(reprs[keys.length + i], count);
                for (int k = 0; k < count; k++) builder.append(accumulators[i].result(from + k));
                columns[keys.length + i] = builder.build();
            }
            if (masks) {
                long mask = (1L << keys.length) - 1;
                for (int key : set) mask &= ~(1L << keys.length - 1 - key);
                columns[reprs.length - 1] = ConstantVector.of(Repr.LONG, mask, count);
            }
            return Batch.of(columns, count);
        }
    }

    /** Arguments of one call over a batch narrowed by its filter. */
    private record Inputs(Batch batch, Vector[] arguments) {}

    @Override
    public void open() {
        groupings.clear();
        for (int[] set : sets) groupings.add(new Grouping(set));
        built = false;
        full = false;
        overflow = null;
        again = null;
        current = 0;
        at = 0;
        input.open();
    }

    /** Reads the input, or the rows that found no room the round before. */
    private void build() {
        built = true;
        RowSource source = again == null ? input : again;
        for (Batch next = source.next(); next != null; next = source.next()) {
            scope.context().checkInterrupts();
            Batch batch = full ? known(next) : next;
            if (batch.selected() == 0) continue;
            Vector[] keyVectors = new Vector[keys.length];
            for (int i = 0; i < keys.length; i++) keyVectors[i] = keys[i].vector(scope, batch);
            Inputs[] inputs = new Inputs[specs.length];
            for (int i = 0; i < specs.length; i++) inputs[i] = inputs(specs[i], batch);
            for (Grouping grouping : groupings) grouping.add(batch, keyVectors, inputs);
            charge();
        }
        source.close();
        for (Grouping grouping : groupings) grouping.finish();
    }

    private void charge() {
        long bytes = 0;
        for (Grouping grouping : groupings) {
            if (grouping.table != null) bytes += grouping.table.bytes() + grouping.groups * (24L * specs.length + 16L * grouping.set.length);
        }
        boolean fits = scope.context().charge(bytes - charged);
        charged = bytes;
        if (fits || full) return;
        if (groupings.size() != 1 || groupings.get(0).groups < 2 || scope.context().spillFolder() == null) throw RowStore.outOfMemory();
        full = true;
        overflow = SpillFile.create(scope, inputFields);
    }

    /** No room for new groups: rows of groups that are here go on, the others wait in a file for the next round. */
    private Batch known(Batch batch) {
        Grouping grouping = groupings.get(0);
        Vector[] own = new Vector[grouping.set.length];
        for (int i = 0; i < own.length; i++) own[i] = keys[grouping.set[i]].vector(scope, batch);
        int[] numbers = new int[batch.rows()];
        grouping.table.find(own, batch, numbers);
        int[] here = new int[batch.selected()];
        int[] away = new int[batch.selected()];
        int hereCount = 0;
        int awayCount = 0;
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            if (numbers[positions[i]] >= 0) here[hereCount++] = positions[i];
            else away[awayCount++] = positions[i];
        }
        if (awayCount > 0) overflow.write(batch.select(away, awayCount));
        return batch.select(here, hereCount);
    }

    /** Starts with the rows put away; false when there are none. */
    private boolean nextRound() {
        if (overflow == null) return false;
        again = new SpillSource(overflow);
        again.open();
        overflow = null;
        full = false;
        scope.context().charge(-charged);
        charged = 0;
        groupings.clear();
        for (int[] set : sets) groupings.add(new Grouping(set));
        current = 0;
        at = 0;
        build();
        return true;
    }

    private Inputs inputs(AggregateSpec spec, Batch batch) {
        Batch rows = batch;
        if (spec.filter() != null) {
            int[] passed = new int[batch.selected()];
            rows = batch.select(passed, spec.filter().select(scope, batch, passed));
        }
        int keysOfOrder = spec.order() == null ? 0 : spec.order().size();
        Vector[] arguments = new Vector[spec.arguments().length + keysOfOrder];
        for (int i = 0; i < spec.arguments().length; i++) arguments[i] = spec.arguments()[i].vector(scope, rows);
        for (int i = 0; i < keysOfOrder; i++) {
            arguments[spec.arguments().length + i] = spec.order().expressions()[i].vector(scope, rows);
        }
        return new Inputs(rows, arguments);
    }

    @Override
    public @Nullable Batch next() {
        if (!built) build();
        while (current < groupings.size()) {
            Grouping grouping = groupings.get(current);
            int count = Math.min(Batch.SIZE, grouping.groups - at);
            if (count > 0) {
                Batch batch = grouping.batch(at, count);
                at += count;
                return batch;
            }
            current++;
            at = 0;
            if (current == groupings.size() && !nextRound()) return null;
        }
        return null;
    }

    @Override
    public void close() {
        input.close();
        if (again != null) again.close();
        if (overflow != null) overflow.close();
        groupings.clear();
        scope.context().charge(-charged);
        charged = 0;
    }
}
