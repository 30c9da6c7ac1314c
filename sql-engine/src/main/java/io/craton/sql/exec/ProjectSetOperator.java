package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.core.batch.VectorBuilder;
import io.craton.core.type.Repr;
import io.craton.sql.expr.Evaluator;
import io.craton.sql.expr.RowSource;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import io.craton.sql.plan.PlanNode;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Set-returning calls in the select list: for each input row they run in lockstep, shorter ones give null. Calls are lifted out of the expressions;
 * these then see the input's columns followed by one column for each call.
 */
public final class ProjectSetOperator extends Operator {
    private final RowSource input;
    private final int inputWidth;
    private final List<SetCall> calls;
    private final Evaluator[] expressions;
    private final Repr[] reprs;
    private @Nullable Batch batch;
    private int at;
    private Iterator<@Nullable Object[]> @Nullable [] running;

    public ProjectSetOperator(Scope scope, PlanNode input, List<SetCall> calls, Evaluator[] expressions) {
        super(scope);
        this.input = start(input);
        this.inputWidth = input.fields().size();
        this.calls = calls;
        this.expressions = expressions;
        this.reprs = java.util.Arrays.stream(expressions).map(each -> each.type().repr()).toArray(Repr[]::new);
    }

    @Override
    public void open() {
        batch = null;
        running = null;
        input.open();
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public @Nullable Batch next() {
        VectorBuilder[] builders = new VectorBuilder[reprs.length];
        for (int i = 0; i < builders.length; i++) builders[i] = VectorBuilder.of(reprs[i], Batch.SIZE);
        int count = 0;
        while (count < Batch.SIZE) {
            if (batch == null) {
                batch = input.next();
                at = 0;
                if (batch == null) break;
            }
            RowView.OfBatch row = new RowView.OfBatch(batch);
            row.position = batch.positions()[at];
            if (running == null) {
                running = new Iterator[calls.size()];
                for (int i = 0; i < running.length; i++) running[i] = calls.get(i).rows(scope, row);
            }
            Object[] values = new Object[running.length];
            boolean any = false;
            for (int i = 0; i < values.length; i++) {
                if (running[i].hasNext()) {
                    any = true;
                    values[i] = single(i, running[i].next());
                }
            }
            if (any) {
                RowView joined = RowView.joined(row, inputWidth, RowView.of(values));
                for (int i = 0; i < builders.length; i++) builders[i].append(expressions[i].value(scope, joined));
                if ((++count & 255) == 0) scope.context().checkInterrupts();
            } else {
                running = null;
                if (++at >= batch.selected()) batch = null;
            }
        }
        if (count == 0) return null;
        Vector[] columns = new Vector[builders.length];
        for (int i = 0; i < columns.length; i++) columns[i] = builders[i].build();
        return Batch.of(columns, count);
    }

    /** Several OUT columns become one record. */
    private @Nullable Object single(int call, @Nullable Object[] row) {
        if (row.length == 1 || !(calls.get(call) instanceof SetCall.Function function)) return row[0];
        List<io.craton.core.type.PgType> types = new java.util.ArrayList<>();
        List<String> names = new java.util.ArrayList<>();
        var def = function.info().function();
        for (int i = 0; i < def.allTypes().size(); i++) {
            char mode = def.modes().charAt(i);
            if (mode == 'o' || mode == 't' || mode == 'b') {
                types.add(scope.context().catalog().type(def.allTypes().get(i)));
                names.add(i < def.names().size() ? def.names().get(i) : "");
            }
        }
        return new io.craton.core.type.PgRecord(function.info().resultType().oid(), types, names, row);
    }

    @Override
    public void close() {
        input.close();
        running = null;
        batch = null;
    }
}
