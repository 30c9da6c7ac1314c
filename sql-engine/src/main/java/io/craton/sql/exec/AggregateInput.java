package io.craton.sql.exec;

import io.craton.core.batch.Batch;
import io.craton.core.batch.Vector;
import io.craton.sql.expr.Scope;

/** Arguments of one call over a batch narrowed by its filter; the call's sort keys come behind them. */
record AggregateInput(Batch batch, Vector[] arguments) {
    static AggregateInput of(Scope scope, AggregateSpec spec, Batch batch) {
        Batch rows = batch;
        if (spec.filter() != null) {
            int[] passed = new int[batch.selected()];
            rows = batch.select(passed, spec.filter().select(scope, batch, passed));
        }
        int sortKeys = spec.order() == null ? 0 : spec.order().size();
        Vector[] arguments = new Vector[spec.arguments().length + sortKeys];
        for (int i = 0; i < spec.arguments().length; i++) arguments[i] = spec.arguments()[i].vector(scope, rows);
        for (int i = 0; i < sortKeys; i++) arguments[spec.arguments().length + i] = spec.order().expressions()[i].vector(scope, rows);
        return new AggregateInput(rows, arguments);
    }
}
