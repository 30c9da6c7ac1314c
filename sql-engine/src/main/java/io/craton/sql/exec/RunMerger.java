package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Merges sorted runs; equal rows come in order of the runs. One thread. */
final class RunMerger {
    private final Scope scope;
    private final SortOrder order;
    private final PriorityQueue<Head> heads;

    RunMerger(Scope scope, SortOrder order, List<SpillFile> runs) {
        this.scope = scope;
        this.order = order;
        this.heads = new PriorityQueue<>(this::compare);
        for (int i = 0; i < runs.size(); i++) {
            Head head = new Head(i, runs.get(i));
            if (head.advance()) heads.add(head);
        }
    }

    private int compare(Head left, Head right) {
        int sign = order.compare(scope, left.key, right.key);
        return sign != 0 ? sign : Integer.compare(left.number, right.number);
    }

    private final class Head {
        final int number;
        final SpillFile run;
        int nextBatch;
        @Nullable Batch batch;
        int at;
        Object[] key = new Object[0];

        Head(int number, SpillFile run) {
            this.number = number;
            this.run = run;
        }

        boolean advance() {
            if (batch == null || ++at >= batch.selected()) {
                if (nextBatch == run.batches()) return false;
                batch = run.read(nextBatch++);
                at = 0;
            }
            RowView.OfBatch row = new RowView.OfBatch(batch);
            row.position = batch.positions()[at];
            key = order.values(scope, row);
            return true;
        }
    }

    @Nullable Batch next() {
        if (heads.isEmpty()) return null;
        scope.context().checkInterrupts();
        VectorBuilder[] builders = null;
        int count = 0;
        while (count < Batch.SIZE && !heads.isEmpty()) {
            Head head = heads.poll();
            Vector[] columns = head.batch.columns();
            if (builders == null) {
                builders = new VectorBuilder[columns.length];
                for (int i = 0; i < builders.length; i++) builders[i] = VectorBuilder.of(columns[i].repr(), Batch.SIZE);
            }
            int row = head.batch.positions()[head.at];
            for (int i = 0; i < builders.length; i++) builders[i].append(columns[i], row);
            count++;
            if (head.advance()) heads.add(head);
        }
        Vector[] result = new Vector[builders.length];
        for (int i = 0; i < result.length; i++) result[i] = builders[i].build();
        return Batch.of(result, count);
    }
}
