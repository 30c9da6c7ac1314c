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
    private final boolean ordinality;

    public FunctionScanOperator(Scope scope, Repr[] reprs, List<SetCall> calls, int[] widths, boolean ordinality) {
        super(scope, reprs);
        this.calls = calls;
        this.widths = widths;
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
                    if (parts.get(i).hasNext()) fill(row, at, widths[i], parts.get(i).next());
                    at += widths[i];
                }
                if (ordinality) row[at] = ++number;
                return row;
            }
        };
    }

    /** A composite value spreads over its columns, even over one. */
    private static void fill(@Nullable Object[] row, int at, int width, @Nullable Object[] values) {
        Object[] source = values;
        if (values.length == 1 && values[0] instanceof PgRecord record) source = record.values();
        System.arraycopy(source, 0, row, at, Math.min(width, source.length));
    }
}
