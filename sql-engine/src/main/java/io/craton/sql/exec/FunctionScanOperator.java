package io.craton.sql.exec;

import io.craton.core.type.PgRecord;
import io.craton.core.type.Repr;
import io.craton.sql.expr.RowView;
import io.craton.sql.expr.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions in FROM, side by side; shorter ones are padded with nulls. */
public final class FunctionScanOperator extends ScanOperators.RowByRow {
    private final List<SetCall> calls;
    private final int[] widths;
    private final boolean[] records;
    private final boolean ordinality;

    /** @param records calls whose value is a row, to be spread over their columns */
    public FunctionScanOperator(Scope scope, Repr[] reprs, List<SetCall> calls, int[] widths, boolean[] records, boolean ordinality) {
        super(scope, reprs);
        this.calls = calls;
        this.widths = widths;
        this.records = records;
        this.ordinality = ordinality;
    }

    @Override
    Iterator<@Nullable Object[]> rows() {
        List<Iterator<@Nullable Object[]>> parts = new ArrayList<>();
        int total = ordinality ? 1 : 0;
        for (int width : widths) total += width;
        for (SetCall call : calls) parts.add(call.rows(scope, RowView.EMPTY));
        int columns = total;
        return new Iterator<>() {
            private long number;

            @Override
            public boolean hasNext() {
                for (Iterator<@Nullable Object[]> part : parts) if (part.hasNext()) return true;
                return false;
            }

            @Override
            public Object[] next() {
                Object[] row = new Object[columns];
                int at = 0;
                for (int i = 0; i < widths.length; i++) {
                    if (parts.get(i).hasNext()) fill(row, at, widths[i], records[i], parts.get(i).next());
                    at += widths[i];
                }
                if (ordinality) row[at] = ++number;
                return row;
            }
        };
    }

    /** A composite value spreads over its columns. */
    private static void fill(@Nullable Object[] row, int at, int width, boolean record, @Nullable Object[] values) {
        Object[] source = values;
        if (values.length == 1 && record) {
            if (values[0] == null) return;
            if (values[0] instanceof PgRecord composite) source = composite.values();
        }
        System.arraycopy(source, 0, row, at, Math.min(width, source.length));
    }
}
