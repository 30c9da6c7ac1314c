package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.sql.exec.ExecContext;
import org.jspecify.annotations.Nullable;

/** row_number, rank, ntile, lag, first_value and their like. */
final class WindowFunctions {
    private WindowFunctions() {}

    static void register(Kernels kernels) {
        kernels.window("window_row_number", (context, call, view) -> view.row() + 1L);
        kernels.window("window_rank", (context, call, view) -> view.peerStart() + 1L);
        kernels.window("window_dense_rank", (context, call, view) -> view.peerGroup() + 1L);
        kernels.window("window_percent_rank", (context, call, view) ->
                view.rowCount() <= 1 ? 0.0 : (double) view.peerStart() / (view.rowCount() - 1));
        kernels.window("window_cume_dist", (context, call, view) -> (double) view.peerEnd() / view.rowCount());
        kernels.window("window_ntile", WindowFunctions::ntile);
        kernels.window("window_lag", (context, call, view) -> shifted(view, -1L, false));
        kernels.window("window_lag_with_offset", (context, call, view) -> offset(view, -1, false));
        kernels.window("window_lag_with_offset_and_default", (context, call, view) -> offset(view, -1, true));
        kernels.window("window_lead", (context, call, view) -> shifted(view, 1L, false));
        kernels.window("window_lead_with_offset", (context, call, view) -> offset(view, 1, false));
        kernels.window("window_lead_with_offset_and_default", (context, call, view) -> offset(view, 1, true));
        kernels.window("window_first_value", (context, call, view) -> argumentAt(view, view.frameRow(0)));
        kernels.window("window_last_value", (context, call, view) -> argumentAt(view, view.frameLast()));
        kernels.window("window_nth_value", WindowFunctions::nthValue);
    }

    /** The bucket count is taken from the partition's first row, as PostgreSQL does. */
    private static @Nullable Object ntile(ExecContext context, CallInfo call, WindowView view) {
        if (!(view.argument(0, 0) instanceof Long buckets)) return null;
        if (buckets <= 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_NTILE, "argument of ntile must be greater than zero");
        }
        long small = view.rowCount() / buckets;
        long larger = view.rowCount() % buckets;
        long rowsInLarger = larger * (small + 1);
        return view.row() < rowsInLarger
                ? view.row() / (small + 1) + 1
                : larger + (view.row() - rowsInLarger) / small + 1;
    }

    private static @Nullable Object offset(WindowView view, int direction, boolean hasDefault) {
        return view.argument(view.row(), 1) instanceof Long distance ? shifted(view, direction * distance, hasDefault) : null;
    }

    private static @Nullable Object shifted(WindowView view, long distance, boolean hasDefault) {
        long target = view.row() + distance;
        if (target >= 0 && target < view.rowCount()) return view.argument((int) target, 0);
        return hasDefault ? view.argument(view.row(), 2) : null;
    }

    private static @Nullable Object nthValue(ExecContext context, CallInfo call, WindowView view) {
        if (!(view.argument(view.row(), 1) instanceof Long nth)) return null;
        if (nth <= 0) {
            throw new PgException(SqlState.INVALID_ARGUMENT_FOR_NTH_VALUE, "argument of nth_value must be greater than zero");
        }
        return argumentAt(view, view.frameRow((int) (nth - 1)));
    }

    private static @Nullable Object argumentAt(WindowView view, int row) {
        return row < 0 ? null : view.argument(row, 0);
    }
}
