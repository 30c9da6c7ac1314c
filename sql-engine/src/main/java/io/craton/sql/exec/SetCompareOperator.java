package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.PgType;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.PlanNode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * INTERSECT or EXCEPT, [ALL]: counts the right side's rows, then passes or drops the left side's. When the counts are over the memory budget, rows of both sides go to files
 * by their hash, which are compared pair by pair.
 */
public final class SetCompareOperator extends Operator {
    private static final int KEYS_MIN = 512;

    /** Rows of both sides with the same part of the hash. */
    private record Pair(RowSource left, RowSource right, int level) {}

    private final RowSource left;
    private final RowSource right;
    private final boolean except;
    private final boolean all;
    private final List<Relation.Field> fields;
    private final PgType[] types;
    private final ArrayDeque<Pair> pending = new ArrayDeque<>();
    private @Nullable Pair pair;
    private @Nullable KeyTable table;
    private int[] counts = new int[0];
    private int rightKeys;
    private long charged;
    /** Left rows whose keys found no room in the table: none of them is on the right. */
    private @Nullable SpillPartitions overflow;

    public SetCompareOperator(Scope scope, PlanNode left, PlanNode right, boolean except, boolean all) {
        super(scope);
        this.left = start(left);
        this.right = start(right);
        this.except = except;
        this.all = all;
        this.fields = left.fields();
        this.types = fields.stream().map(Relation.Field::type).toArray(PgType[]::new);
    }

    @Override
    public void open() {
        release();
        pending.push(new Pair(left, right, 0));
    }

    @Override
    public @Nullable Batch next() {
        while (true) {
            if (pair == null) {
                if (pending.isEmpty()) return null;
                begin(pending.pop());
                continue;
            }
            Batch batch = pair.left.next();
            if (batch == null) {
                end();
                continue;
            }
            scope.context().checkInterrupts();
            Batch passed = passing(batch);
            if (passed != null) return passed;
        }
    }

    /** Counts the right rows; when that needs too much room, both sides are split and wait. */
    private void begin(Pair next) {
        KeyTable keys = KeyTable.of(types, KeyTable.NullKeys.EQUAL);
        table = keys;
        counts = new int[64];
        next.right.open();
        StoredRows rows = new StoredRows(scope, fields);
        SpillPartitions files = null;
        for (Batch batch = next.right.next(); batch != null; batch = next.right.next()) {
            scope.context().checkInterrupts();
            if (files != null) {
                files.write(batch, batch.columns());
                continue;
            }
            rows.add(batch);
            int[] numbers = new int[batch.rows()];
            keys.add(batch.columns(), batch, numbers);
            ensure(keys);
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) counts[numbers[positions[i]]]++;
            if (fits(keys) || keys.size() < KEYS_MIN || next.level >= SpillPartitions.LEVELS_MAX || scope.context().spillFolder() == null) continue;
            files = new SpillPartitions(scope, fields, types, next.level);
            for (int page = 0; page < rows.pages(); page++) files.write(rows.page(page), rows.page(page).columns());
            rows.release();
        }
        next.right.close();
        rows.release();
        next.left.open();
        if (files == null) {
            rightKeys = keys.size();
            pair = next;
        } else {
            split(next, files);
        }
    }

    private void split(Pair whole, SpillPartitions rights) {
        forget();
        SpillPartitions lefts = new SpillPartitions(scope, fields, types, whole.level);
        for (Batch batch = whole.left.next(); batch != null; batch = whole.left.next()) {
            scope.context().checkInterrupts();
            lefts.write(batch, batch.columns());
        }
        whole.left.close();
        for (int i = 0; i < SpillPartitions.COUNT; i++) {
            pending.push(new Pair(new SpillSource(lefts.file(i)), new SpillSource(rights.file(i)), whole.level + 1));
        }
    }

    private boolean fits(KeyTable keys) {
        long bytes = keys.bytes() + 4L * counts.length;
        boolean fits = scope.context().charge(bytes - charged);
        charged = bytes;
        return fits;
    }

    private void ensure(KeyTable keys) {
        if (keys.size() > counts.length) counts = Arrays.copyOf(counts, Math.max(keys.size(), counts.length * 2));
    }

    private @Nullable Batch passing(Batch batch) {
        KeyTable keys = java.util.Objects.requireNonNull(table);
        int[] numbers = new int[batch.rows()];
        // Only EXCEPT must know the left rows that were given: those of the others are on the right, or may come again.
        boolean remembers = except && !all && overflow == null;
        if (remembers) keys.add(batch.columns(), batch, numbers);
        else keys.find(batch.columns(), batch, numbers);
        ensure(keys);
        int[] passed = new int[batch.selected()];
        int[] away = new int[batch.selected()];
        int count = 0;
        int awayCount = 0;
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            int row = positions[i];
            if (numbers[row] < 0 && overflow != null) away[awayCount++] = row;
            else if (passes(numbers[row])) passed[count++] = row;
        }
        if (awayCount > 0) overflow.write(batch.select(away, awayCount), batch.columns());
        int level = java.util.Objects.requireNonNull(pair).level;
        if (remembers && !fits(keys) && keys.size() >= KEYS_MIN && level < SpillPartitions.LEVELS_MAX && scope.context().spillFolder() != null) {
            overflow = new SpillPartitions(scope, fields, types, level);
        }
        return count == 0 ? null : batch.select(passed, count);
    }

    private boolean passes(int number) {
        boolean inRight = number >= 0 && number < rightKeys;
        if (all) {
            boolean taken = inRight && counts[number] > 0;
            if (taken) counts[number]--;
            return taken != except;
        }
        if (number < 0) return except;
        if (counts[number] < 0) return false;
        counts[number] = -1;
        return inRight != except;
    }

    private void end() {
        Pair done = java.util.Objects.requireNonNull(pair);
        done.left.close();
        done.right.close();
        pair = null;
        forget();
        if (overflow == null) return;
        for (int i = 0; i < SpillPartitions.COUNT; i++) {
            if (overflow.file(i).rows() > 0) pending.push(new Pair(new SpillSource(overflow.file(i)), new SpillSource(SpillFile.create(scope, fields)), done.level + 1));
            else overflow.file(i).close();
        }
        overflow = null;
    }

    private void forget() {
        table = null;
        scope.context().charge(-charged);
        charged = 0;
    }

    private void release() {
        forget();
        if (pair != null && pair.level > 0) {
            pair.left.close();
            pair.right.close();
        }
        pair = null;
        for (Pair each : pending) {
            if (each.level == 0) continue;
            each.left.close();
            each.right.close();
        }
        pending.clear();
        if (overflow != null) overflow.close();
        overflow = null;
    }

    @Override
    public void close() {
        left.close();
        right.close();
        release();
    }
}
