package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.ConstantVector;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.logical.Relation;
import io.craton.sql.logical.Relation.JoinKind;
import io.craton.sql.plan.PlanNode;
import java.util.BitSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For each left row the rows of a system relation that have its keys. */
public final class SystemLookupJoinOperator extends LookupJoinOperator {
    private final List<Relation.Field> fields;
    private final SystemKeys keys;
    private final BitSet needed;
    private final Object[][] rows = new Object[Batch.SIZE][];
    private Iterator<Object[]> found = Collections.emptyIterator();

    /** @param needed fields of the system relation that are read */
    public SystemLookupJoinOperator(Scope scope, JoinKind kind, PlanNode left, List<Relation.Field> fields, SystemKeys keys, @Nullable Evaluator residual,
            BitSet needed) {
        super(scope, kind, left, fields, residual);
        this.fields = fields;
        this.keys = keys;
        this.needed = needed;
    }

    @Override
    int collect(int[] lefts) {
        int count = 0;
        RowView.OfBatch row = new RowView.OfBatch(outer);
        int[] positions = outer.positions();
        while (count < lefts.length) {
            if (found.hasNext()) {
                lefts[count] = positions[at];
                rows[count++] = found.next();
                if (oneIsEnough()) abandon();
                continue;
            }
            if (++at >= outer.selected()) {
                at = outer.selected();
                break;
            }
            row.position = positions[at];
            found = keys.rows(scope, row);
        }
        return count;
    }

    @Override
    Vector right(int field, int count) {
        if (!needed.get(field)) return ConstantVector.of(fields.get(field).type().repr(), null, count);
        VectorBuilder builder = VectorBuilder.of(fields.get(field).type().repr(), count);
        for (int i = 0; i < count; i++) builder.append(rows[i][field]);
        return builder.build();
    }

    @Override
    void abandon() {
        found = Collections.emptyIterator();
    }
}
