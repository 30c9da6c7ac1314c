package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Nulls;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.plan.Nodes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins the rows of a source with those of a table, and gives at the end what the kind says of table rows. One thread; several may share a table. */
final class HashProbe {
    private final Scope scope;
    private final JoinKind kind;
    private final boolean buildTested;
    private final boolean buildAtEnd;
    private final Evaluator[] leftKeys;
    private final @Nullable Evaluator residual;
    private final List<Relation.Field> leftFields;
    private final List<Relation.Field> rightFields;

    private @Nullable JoinTable table;
    private @Nullable KeyTable prober;
    private @Nullable RowSource source;
    private @Nullable Batch probe;
    private int[] groups = new int[0];
    private long[] leftMatched = new long[0];
    private int at;
    private int chain;
    /** Next table row to look at when all left rows have probed; -1 before that. */
    private int atEnd;

    HashProbe(Scope scope, Nodes.HashJoin plan) {
        this.scope = scope;
        this.kind = plan.kind();
        this.buildTested = plan.tested() == HashJoinOperator.Tested.BUILD;
        this.buildAtEnd = plan.buildAtEnd();
        this.leftKeys = plan.leftKeys();
        this.residual = plan.residual();
        this.leftFields = plan.left().fields();
        this.rightFields = plan.right().fields();
    }

    /** @param rows opened */
    void start(JoinTable kept, RowSource rows) {
        table = kept;
        prober = kept.prober();
        source = rows;
        probe = null;
        atEnd = -1;
        kept.enter();
    }

    void stop() {
        table = null;
        prober = null;
        source = null;
        probe = null;
    }

    @Nullable Batch next() {
        while (atEnd < 0) {
            if (probe == null) {
                Batch batch = neverMatches() ? null : source.next();
                if (batch == null) {
                    // The last of those who share the table gives its rows.
                    atEnd = table.leave() ? 0 : table.rows();
                    break;
                }
                begin(batch);
            }
            Batch result = buildTested || residual != null || kind != JoinKind.SEMI && kind != JoinKind.ANTI ? pairs() : existence();
            if (result != null) return result;
        }
        return buildTested ? testedRows() : buildAtEnd ? unmatchedRows() : null;
    }

    /** Nothing is kept, and left rows alone give nothing. */
    private boolean neverMatches() {
        return table.rows() == 0 && (buildTested || kind == JoinKind.INNER || kind == JoinKind.SEMI || kind == JoinKind.RIGHT);
    }

    private void begin(Batch batch) {
        probe = batch;
        at = 0;
        chain = -2;
        groups = new int[batch.rows()];
        prober.find(HashBuild.vectors(scope, leftKeys, batch), batch, groups);
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
        int room = table.unique() ? Math.min(Batch.SIZE, probe.selected() - at) : Batch.SIZE;
        int[] lefts = new int[room];
        int[] rights = new int[room];
        int count = table.unique() && !buildTested ? single(lefts, rights) : chains(lefts, rights);
        return count == 0 ? finish() : matched(lefts, rights, count);
    }

    /** At most one partner each. */
    private int single(int[] lefts, int[] rights) {
        int[] positions = probe.positions();
        int selected = probe.selected();
        int count = 0;
        while (at < selected && count < Batch.SIZE) {
            int row = positions[at++];
            if (groups[row] < 0) continue;
            lefts[count] = row;
            rights[count++] = table.first(groups[row]);
        }
        return count;
    }

    private int chains(int[] lefts, int[] rights) {
        int[] positions = probe.positions();
        int count = 0;
        while (at < probe.selected() && count < Batch.SIZE) {
            int row = positions[at];
            if (chain == -2) chain = groups[row] < 0 ? -1 : table.first(groups[row]);
            while (chain >= 0 && count < Batch.SIZE) {
                int right = chain;
                chain = table.next(right);
                if (buildTested) {
                    if (table.isMatched(right)) continue; // decided
                    if (residual == null) {
                        table.match(right);
                        continue;
                    }
                }
                lefts[count] = row;
                rights[count++] = right;
            }
            if (chain < 0) {
                at++;
                chain = -2;
            }
        }
        return count;
    }

    /** Joined rows that pass the residual; null when none is to be given now. */
    private @Nullable Batch matched(int[] lefts, int[] rights, int count) {
        Batch joined = Batch.of(HashJoinOperator.pairs(probe, lefts, table, rights, count), count);
        if (residual != null) {
            int[] passed = new int[count];
            int hits = residual.select(scope, joined, passed);
            joined = joined.select(passed, hits);
        }
        if (kind != JoinKind.INNER) {
            int[] positions = joined.positions();
            for (int i = 0; i < joined.selected(); i++) {
                Nulls.set(leftMatched, lefts[positions[i]]);
                if (buildAtEnd) table.match(rights[positions[i]]);
            }
        }
        return joined.selected() == 0 || kind == JoinKind.SEMI || kind == JoinKind.ANTI ? null : joined;
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
        return kind == JoinKind.SEMI || kind == JoinKind.ANTI ? rows : padded(rows, rightFields);
    }

    /** With nulls for the right side. */
    static Batch padded(Batch lefts, List<Relation.Field> rightFields) {
        int width = lefts.columns().length;
        Vector[] columns = Arrays.copyOf(lefts.columns(), width + rightFields.size());
        for (int i = 0; i < rightFields.size(); i++) columns[width + i] = ConstantVector.of(rightFields.get(i).type().repr(), null, lefts.rows());
        return lefts.with(columns);
    }

    /** Kept rows that SEMI and ANTI let pass. */
    private @Nullable Batch testedRows() {
        int[] due = new int[Batch.SIZE];
        int count = dueRows(due, kind == JoinKind.SEMI);
        return count == 0 ? null : table.gather(due, count);
    }

    private @Nullable Batch unmatchedRows() {
        int[] due = new int[Batch.SIZE];
        int count = dueRows(due, false);
        if (count == 0) return null;
        Vector[] columns = new Vector[leftFields.size() + table.width()];
        for (int i = 0; i < leftFields.size(); i++) columns[i] = ConstantVector.of(leftFields.get(i).type().repr(), null, count);
        for (int i = 0; i < table.width(); i++) columns[leftFields.size() + i] = table.column(i).gather(due, count);
        return Batch.of(columns, count);
    }

    private int dueRows(int[] due, boolean matched) {
        int count = 0;
        for (; atEnd < table.rows() && count < Batch.SIZE; atEnd++) if (table.isMatched(atEnd) == matched) due[count++] = atEnd;
        return count;
    }
}
