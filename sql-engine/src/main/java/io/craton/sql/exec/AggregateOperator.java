package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.type.Repr;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.Nodes;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hash aggregation over one or several grouping sets. Without keys there is one row always. */
public final class AggregateOperator extends Operator {
    private final Nodes.Aggregate plan;
    private final Repr[] reprs;
    private final @Nullable RowSource input;
    private final @Nullable Fragment fragment;
    private final ArrayDeque<Part> pending = new ArrayDeque<>();
    private @Nullable Grouping grouping;
    private int current;
    private int at;

    /** Rows of one set's groups that wait in a file. */
    private record Part(int[] set, SpillFile file, int level) {}

    public AggregateOperator(Scope scope, Nodes.Aggregate plan) {
        super(scope);
        this.plan = plan;
        this.reprs = RowStore.reprs(plan.fields());
        this.fragment = plan.parallel() ? new Fragment(scope, plan.input()) : null;
        this.input = fragment == null ? start(plan.input()) : null;
    }

    @Override
    public void open() {
        release();
        if (input != null) input.open();
    }

    private Grouping group() {
        if (input != null) {
            Grouping read = new Grouping(scope, plan, plan.sets(), 0);
            grouping = read;
            read.read(input);
            input.close();
            return read;
        }
        List<Grouping> parts = java.util.Objects.requireNonNull(fragment).run((own, source) -> new Grouping(own, plan, plan.sets(), 0).read(source));
        Grouping first = parts.getFirst();
        grouping = first;
        for (Grouping part : parts.subList(1, parts.size())) first.merge(part);
        return first;
    }

    @Override
    public @Nullable Batch next() {
        if (grouping == null) begin(group());
        while (true) {
            Grouping groups = java.util.Objects.requireNonNull(grouping);
            while (current < groups.sets()) {
                GroupTable table = groups.table(current);
                int count = Math.min(Batch.SIZE, table.groups() - at);
                if (count > 0) {
                    Batch batch = table.batch(at, count, reprs, plan.masks());
                    at += count;
                    return batch;
                }
                current++;
                at = 0;
            }
            if (!nextPart()) return null;
        }
    }

    private void begin(Grouping groups) {
        grouping = groups;
        current = 0;
        at = 0;
        for (int i = 0; i < groups.sets(); i++) groups.table(i).finish();
    }

    /** Groups the rows of the next file; false when there is none. */
    private boolean nextPart() {
        Grouping done = java.util.Objects.requireNonNull(grouping);
        for (int i = 0; i < done.sets(); i++) {
            SpillPartitions files = done.takeOverflow(i);
            for (int part = 0; files != null && part < SpillPartitions.COUNT; part++) {
                if (files.file(part).rows() > 0) pending.push(new Part(done.table(i).set(), files.file(part), done.level() + 1));
                else files.file(part).close();
            }
        }
        if (pending.isEmpty()) return false;
        done.release();
        Part part = pending.pop();
        Grouping next = new Grouping(scope, plan, new int[][] {part.set}, part.level);
        grouping = next;
        SpillSource source = new SpillSource(part.file);
        source.open();
        next.read(source);
        source.close();
        begin(next);
        return true;
    }

    private void release() {
        if (grouping != null) grouping.release();
        grouping = null;
        for (Part part : pending) part.file.close();
        pending.clear();
    }

    @Override
    public void close() {
        if (input != null) input.close();
        if (fragment != null) fragment.close();
        release();
    }
}
