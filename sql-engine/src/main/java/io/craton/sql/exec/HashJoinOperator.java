package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.plan.KeyFilterTarget;
import io.craton.sql.plan.Nodes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hash join of every kind: the right side is kept in columns with a table of its keys, the left side probes batch by batch. A residual condition sees left
 * and right columns. SEMI and ANTI test the rows of the side {@link Tested} says.
 */
public final class HashJoinOperator extends Operator {
    /** Whose rows SEMI and ANTI give: the probing ones (as they come) or the kept ones (when all have probed). */
    public enum Tested { PROBE, BUILD }

    private final JoinKind kind;
    /** The kept rows that were matched, or were not, are given at the end. */
    private final boolean buildAtEnd;
    private final boolean buildTested;
    private final RowSource left;
    private final RowSource right;
    private final List<Relation.Field> leftFields;
    private final List<Relation.Field> rightFields;
    private final Evaluator[] leftKeys;
    private final Evaluator[] rightKeys;
    private final @Nullable Evaluator residual;
    private final List<KeyFilterTarget> targets;

    /** Both sides of what is joined now: the inputs, or two files of equal keys. */
    private record Pair(RowSource left, RowSource right, int level) {}

    private static final int LEVELS_MAX = 4;

    private final java.util.ArrayDeque<Pair> pending = new java.util.ArrayDeque<>();
    private Pair current;
    private @Nullable RowStore build;
    private KeyTable table;
    private int[] heads = new int[0];
    private int[] nexts = new int[0];
    private long[] rightMatched = new long[0];

    private @Nullable Batch probe;
    private int[] groups = new int[0];
    private long[] leftMatched = new long[0];
    private int at;
    private int chain;
    private int unmatchedRight;

    public HashJoinOperator(Scope scope, Nodes.HashJoin plan) {
        super(scope);
        this.kind = plan.kind();
        this.buildTested = plan.tested() == Tested.BUILD;
        this.buildAtEnd = buildTested || kind == JoinKind.RIGHT || kind == JoinKind.FULL;
        this.left = start(plan.left());
        this.right = start(plan.right());
        this.leftFields = plan.left().fields();
        this.rightFields = plan.right().fields();
        this.leftKeys = plan.leftKeys();
        this.rightKeys = plan.rightKeys();
        this.residual = plan.residual();
        this.targets = plan.targets();
        this.table = newTable();
        this.current = new Pair(this.left, this.right, 0);
    }

    private KeyTable newTable() {
        PgType[] types = Arrays.stream(rightKeys).map(Evaluator::type).toArray(PgType[]::new);
        return KeyTable.of(types, KeyTable.NullKeys.NEVER_MATCH);
    }

    @Override
    public void open() {
        pending.clear();
        current = new Pair(left, right, 0);
        begin();
    }

    private void begin() {
        for (KeyFilterTarget target : targets) KeyFilters.of(scope, target.scan()).clear(this);
        build = null;
        probe = null;
        unmatchedRight = -1;
        current.left.open();
    }

    /** Over the budget: both sides go to files by the hash of their keys, which are joined one after the other. */
    private void partition(RowStore store) {
        if (current.level >= LEVELS_MAX || scope.context().spillFolder() == null) throw RowStore.outOfMemory();
        SpillPartitions rights = new SpillPartitions(scope, rightFields, rightKeys, current.level);
        for (int from = 0; from < store.rows(); from += Batch.SIZE) {
            rights.write(store.slice(from, Math.min(Batch.SIZE, store.rows() - from)));
        }
        store.release();
        for (Batch batch = current.right.next(); batch != null; batch = current.right.next()) rights.write(batch);
        current.right.close();
        SpillPartitions lefts = new SpillPartitions(scope, leftFields, leftKeys, current.level);
        for (Batch batch = current.left.next(); batch != null; batch = current.left.next()) lefts.write(batch);
        current.left.close();
        for (int i = SpillPartitions.COUNT - 1; i >= 0; i--) {
            pending.push(new Pair(new SpillSource(lefts.file(i)), new SpillSource(rights.file(i)), current.level + 1));
        }
        table = newTable();
        build = new RowStore(scope.context(), RowStore.reprs(rightFields));
        rightMatched = new long[0];
        unmatchedRight = 0; // nothing to give for this pair itself
    }

    private void build() {
        current.right.open();
        table = newTable();
        RowStore store = new RowStore(scope.context(), RowStore.reprs(rightFields));
        heads = new int[64];
        nexts = new int[64];
        Arrays.fill(heads, -1);
        for (Batch batch = current.right.next(); batch != null; batch = current.right.next()) {
            scope.context().checkInterrupts();
            Vector[] keys = new Vector[rightKeys.length];
            for (int i = 0; i < keys.length; i++) keys[i] = rightKeys[i].vector(scope, batch);
            int[] numbers = new int[batch.rows()];
            table.add(keys, batch, numbers);
            int first = store.rows();
            if (!store.tryAdd(batch)) {
                partition(store);
                return;
            }
            if (store.rows() > nexts.length) nexts = Arrays.copyOf(nexts, Math.max(store.rows(), nexts.length * 2));
            if (table.size() > heads.length) {
                int before = heads.length;
                heads = Arrays.copyOf(heads, Math.max(table.size(), heads.length * 2));
                Arrays.fill(heads, before, heads.length, -1);
            }
            int[] positions = batch.positions();
            for (int i = 0; i < batch.selected(); i++) {
                int number = numbers[positions[i]];
                nexts[first + i] = -1;
                if (number < 0) continue;
                nexts[first + i] = heads[number];
                heads[number] = first + i;
            }
        }
        current.right.close();
        build = store;
        if (current.level == 0) tellScans();
        rightMatched = buildAtEnd ? Nulls.create(store.rows()) : new long[0];
    }

    private void tellScans() {
        for (KeyFilterTarget target : targets) {
            KeyFilter filter = table.filter(target.key());
            if (filter != null) KeyFilters.of(scope, target.scan()).set(this, target.field(), filter);
        }
    }

    @Override
    public @Nullable Batch next() {
        while (true) {
            Batch batch = nextOfPair();
            if (batch != null || pending.isEmpty()) return batch;
            if (build != null) build.release();
            current.left.close();
            current = pending.pop();
            begin();
        }
    }

    private @Nullable Batch nextOfPair() {
        if (build == null) {
            build();
            if (build.rows() == 0 && (buildTested || kind == JoinKind.INNER || kind == JoinKind.SEMI || kind == JoinKind.RIGHT)) {
                unmatchedRight = 0;
            }
        }
        while (unmatchedRight < 0) {
            if (probe == null) {
                Batch batch = current.left.next();
                if (batch == null) {
                    unmatchedRight = 0;
                    break;
                }
                begin(batch);
            }
            Batch result = buildTested || residual != null || kind != JoinKind.SEMI && kind != JoinKind.ANTI ? pairs() : existence();
            if (result != null) return result;
        }
        return buildTested ? testedRight() : buildAtEnd ? unmatchedRight() : null;
    }

    private void begin(Batch batch) {
        probe = batch;
        at = 0;
        chain = -2;
        groups = new int[batch.rows()];
        Vector[] keys = new Vector[leftKeys.length];
        for (int i = 0; i < keys.length; i++) keys[i] = leftKeys[i].vector(scope, batch);
        table.find(keys, batch, groups);
        leftMatched = Nulls.create(batch.rows());
    }

    /** SEMI and ANTI without residual: a key found is a match. */
    private @Nullable Batch existence() {
        Batch batch = probe;
        probe = null;
        int[] passed = new int[batch.selected()];
        int count = 0;
        int[] positions = batch.positions();
        boolean wanted = kind == JoinKind.SEMI;
        for (int i = 0; i < batch.selected(); i++) {
            if (groups[positions[i]] >= 0 == wanted) passed[count++] = positions[i];
        }
        return count == 0 ? null : batch.select(passed, count);
    }

    private @Nullable Batch pairs() {
        int[] lefts = new int[Batch.SIZE];
        int[] rights = new int[Batch.SIZE];
        int count = 0;
        int[] positions = probe.positions();
        while (at < probe.selected() && count < Batch.SIZE) {
            int row = positions[at];
            if (chain == -2) chain = groups[row] < 0 ? -1 : heads[groups[row]];
            while (chain >= 0 && count < Batch.SIZE) {
                if (buildTested && Nulls.get(rightMatched, chain)) { // decided
                    chain = nexts[chain];
                    continue;
                }
                if (buildTested && residual == null) {
                    Nulls.set(rightMatched, chain);
                    chain = nexts[chain];
                    continue;
                }
                lefts[count] = row;
                rights[count++] = chain;
                chain = nexts[chain];
            }
            if (chain < 0) {
                at++;
                chain = -2;
            }
        }
        if (count == 0) return finish();
        return matched(lefts, rights, count);
    }

    /** Joined rows that pass the residual; null when none is to be given now. */
    private @Nullable Batch matched(int[] lefts, int[] rights, int count) {
        Batch joined = join(lefts, rights, count);
        if (residual != null) {
            int[] passed = new int[count];
            int hits = residual.select(scope, joined, passed);
            joined = joined.select(passed, hits);
        }
        int[] positions = joined.positions();
        for (int i = 0; i < joined.selected(); i++) {
            Nulls.set(leftMatched, lefts[positions[i]]);
            if (rightMatched.length > 0) Nulls.set(rightMatched, rights[positions[i]]);
        }
        if (joined.selected() == 0 || kind == JoinKind.SEMI || kind == JoinKind.ANTI) return null;
        return joined;
    }

    private Batch join(int[] lefts, int[] rights, int count) {
        Vector[] columns = new Vector[leftFields.size() + rightFields.size()];
        for (int i = 0; i < leftFields.size(); i++) columns[i] = probe.columns()[i].gather(lefts, count);
        Vector[] stored = build.columns();
        for (int i = 0; i < stored.length; i++) columns[leftFields.size() + i] = stored[i].gather(rights, count);
        return Batch.of(columns, count);
    }

    /** Left rows of the probe batch that are due when all their pairs were seen; ends the batch. */
    private @Nullable Batch finish() {
        Batch batch = probe;
        probe = null;
        if (buildTested || kind == JoinKind.INNER || kind == JoinKind.RIGHT) return null;
        boolean wanted = kind == JoinKind.SEMI;
        int[] due = new int[batch.selected()];
        int count = 0;
        int[] positions = batch.positions();
        for (int i = 0; i < batch.selected(); i++) {
            if (Nulls.get(leftMatched, positions[i]) == wanted) due[count++] = positions[i];
        }
        if (count == 0) return null;
        Batch rows = batch.select(due, count);
        if (kind == JoinKind.SEMI || kind == JoinKind.ANTI) return rows;
        Vector[] columns = Arrays.copyOf(batch.columns(), leftFields.size() + rightFields.size());
        for (int i = 0; i < rightFields.size(); i++) {
            columns[leftFields.size() + i] = ConstantVector.of(rightFields.get(i).type().repr(), null, batch.rows());
        }
        return rows.with(columns);
    }

    /** Kept rows that SEMI and ANTI let pass. */
    private @Nullable Batch testedRight() {
        boolean wanted = kind == JoinKind.SEMI;
        int[] due = new int[Batch.SIZE];
        int count = 0;
        for (; unmatchedRight < build.rows() && count < Batch.SIZE; unmatchedRight++) {
            if (Nulls.get(rightMatched, unmatchedRight) == wanted) due[count++] = unmatchedRight;
        }
        return count == 0 ? null : build.gather(due, count);
    }

    private @Nullable Batch unmatchedRight() {
        Vector[] stored = build.columns();
        while (unmatchedRight < build.rows()) {
            int[] due = new int[Batch.SIZE];
            int count = 0;
            while (unmatchedRight < build.rows() && count < Batch.SIZE) {
                if (!Nulls.get(rightMatched, unmatchedRight)) due[count++] = unmatchedRight;
                unmatchedRight++;
            }
            if (count == 0) continue;
            Vector[] columns = new Vector[leftFields.size() + stored.length];
            for (int i = 0; i < leftFields.size(); i++) {
                columns[i] = ConstantVector.of(leftFields.get(i).type().repr(), null, count);
            }
            for (int i = 0; i < stored.length; i++) columns[leftFields.size() + i] = stored[i].gather(due, count);
            return Batch.of(columns, count);
        }
        return null;
    }

    @Override
    public void close() {
        left.close();
        right.close();
        if (build != null) build.release();
        build = null;
        probe = null;
        if (current.level > 0) {
            current.left.close();
            current.right.close();
        }
        for (Pair pair : pending) {
            pair.left.close();
            pair.right.close();
        }
        pending.clear();
    }
}
