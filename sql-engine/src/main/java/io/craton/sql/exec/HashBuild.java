package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.type.PgType;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.plan.KeyFilterTarget;
import io.craton.sql.plan.Nodes;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kept side of a hash join, read: a table, or, when that is over the memory budget, files by the hash of the keys. One of the two.
 *
 * @param table of all rows
 * @param files of all rows
 */
record HashBuild(@Nullable JoinTable table, @Nullable SpillPartitions files) {
    /** Fewer rows are kept however small the budget is, unless they are so large. */
    private static final int ROWS_MIN = Batch.SIZE;
    private static final long BYTES_MIN = 1 << 20;

    /** Reads the whole side of a plan's join and says to the scans of the other side which keys there are. */
    static HashBuild of(Scope scope, Nodes.HashJoin plan, RowSource right) {
        forget(scope, plan);
        right.open();
        HashBuild build = read(scope, plan, right, 0);
        JoinTable table = build.table;
        if (table != null) {
            for (KeyFilterTarget target : plan.targets()) {
                KeyFilter filter = table.filter(target.key());
                if (filter != null) KeyFilters.of(scope, target.scan()).set(plan, target.field(), filter);
            }
        }
        return build;
    }

    /** What scans were told does not count any more. */
    static void forget(Scope scope, Nodes.HashJoin plan) {
        for (KeyFilterTarget target : plan.targets()) KeyFilters.of(scope, target.scan()).clear(plan);
    }

    /** Reads an opened source to its end and closes it. */
    static HashBuild read(Scope scope, Nodes.HashJoin plan, RowSource right, int level) {
        List<Relation.Field> fields = plan.right().fields();
        PgType[] types = types(plan.rightKeys());
        JoinTable table = new JoinTable(new RowStore(scope.context(), RowStore.reprs(fields)), types);
        SpillPartitions files = null;
        for (Batch batch = right.next(); batch != null; batch = right.next()) {
            scope.context().checkInterrupts();
            Vector[] keys = vectors(scope, plan.rightKeys(), batch);
            if (files != null) {
                files.write(batch, keys);
            } else if (!table.add(batch, keys) && (table.rows() > ROWS_MIN || table.charged() > BYTES_MIN) && scope.context().spillFolder() != null) {
                files = new SpillPartitions(scope, fields, types, level);
                table.finish(false);
                move(scope, plan, table, files);
            }
        }
        right.close();
        if (files != null) return new HashBuild(null, files);
        if (table.rows() > ROWS_MIN && scope.context().spillFolder() == null && !scope.context().charge(0)) throw RowStore.outOfMemory();
        table.finish(plan.buildAtEnd());
        return new HashBuild(table, null);
    }

    private static void move(Scope scope, Nodes.HashJoin plan, JoinTable table, SpillPartitions files) {
        for (int from = 0; from < table.rows(); from += Batch.SIZE) {
            Batch batch = table.slice(from, Math.min(Batch.SIZE, table.rows() - from));
            files.write(batch, vectors(scope, plan.rightKeys(), batch));
        }
        table.release();
    }

    static PgType[] types(Evaluator[] keys) {
        return Arrays.stream(keys).map(Evaluator::type).toArray(PgType[]::new);
    }

    static Vector[] vectors(Scope scope, Evaluator[] expressions, Batch batch) {
        Vector[] vectors = new Vector[expressions.length];
        for (int i = 0; i < vectors.length; i++) vectors[i] = expressions[i].vector(scope, batch);
        return vectors;
    }

    void release() {
        if (table != null) table.release();
        if (files != null) files.close();
    }
}
