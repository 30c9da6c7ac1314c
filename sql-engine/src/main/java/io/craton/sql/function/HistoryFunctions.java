package io.craton.sql.function;

import java.util.HexFormat;

/** The session's place in the log, and its definitions as one number. */
public final class HistoryFunctions {
    private HistoryFunctions() {}

    static void register(Kernels kernels) {
        kernels.scalar("craton_version", (context, call, a) -> context.session().setting("craton.version"));
        kernels.scalar("craton_position", (context, call, a) -> context.transaction().snapshotPosition());
        kernels.set("craton_log", (context, call, a) -> LogRows.open(context, (Long) a[0], (Long) a[1]));
        kernels.set("craton_row_history", RowHistory::open);
        kernels.set("craton_diff", TableDifference::between);
        kernels.set("craton_diff_times", TableDifference::betweenTimes);
        kernels.scalar("craton_schema_hash", (context, call, a) -> HexFormat.of().formatHex(context.transaction().schemaHash()));
    }
}
