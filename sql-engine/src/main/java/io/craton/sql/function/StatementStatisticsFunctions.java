package io.craton.sql.function;

import io.craton.core.type.Numeric;
import io.craton.core.type.PgRecord;
import io.craton.core.type.PgTypes;
import io.craton.sql.exec.ExecContext;
import io.craton.sql.statistics.StatementCounters;
import io.craton.sql.statistics.StatementStatistics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions of the extension pg_stat_statements. Planning is not measured apart; blocks, WAL and jit are nothing that statements have here. */
final class StatementStatisticsFunctions {
    /** pg_read_all_stats. */
    private static final int READS_ALL = 3375;
    private static final int COLUMNS = 43;
    private static final int WAL_BYTES = 34;
    /** Columns of times from blk_read_time on, and of jit. */
    private static final int[] TIMES = {28, 29, 30, 31, 36, 38, 40, 42};

    private StatementStatisticsFunctions() {}

    static void register(Kernels kernels) {
        kernels.set("pg_stat_statements_1_10", (context, call, a) -> {
            List<@Nullable Object[]> rows = new ArrayList<>();
            int role = context.session().currentUserOid();
            boolean all = context.session().superuser()
                    || new Memberships(context.catalog(), context.session().databaseOid()).privilegesOf(role).contains(READS_ALL);
            for (StatementCounters each : statistics(context).all()) {
                rows.add(row(each, Boolean.TRUE.equals(a[0]), all || each.key().user() == role));
            }
            return rows.iterator();
        });
        kernels.scalar("pg_stat_statements_info", (context, call, a) -> new PgRecord(PgTypes.RECORD.oid(), List.of(PgTypes.INT8, PgTypes.TIMESTAMPTZ), List.of(),
                new Object[] {statistics(context).makings(), statistics(context).resetMicros()}));
        kernels.scalar("pg_stat_statements_reset_1_7", (context, call, a) -> {
            statistics(context).reset((int) (long) (Long) a[0], (int) (long) (Long) a[1], (Long) a[2]);
            return null;
        });
    }

    private static StatementStatistics statistics(ExecContext context) {
        return context.session().statementStatistics();
    }

    private static @Nullable Object[] row(StatementCounters counters, boolean text, boolean shown) {
        StatementCounters.Totals totals = counters.totals();
        Object[] row = new Object[COLUMNS];
        for (int i = 5; i < COLUMNS; i++) row[i] = 0L;
        for (int i = 6; i <= 10; i++) row[i] = 0.0;
        for (int i : TIMES) row[i] = 0.0;
        row[WAL_BYTES] = Numeric.ZERO;
        row[0] = counters.key().user() & 0xffffffffL;
        row[1] = counters.key().database() & 0xffffffffL;
        row[2] = true;
        row[3] = shown ? counters.key().query() : null;
        row[4] = !text ? null : shown ? counters.text() : "<insufficient privilege>";
        row[11] = totals.calls();
        row[12] = totals.total();
        row[13] = totals.least();
        row[14] = totals.most();
        row[15] = totals.mean();
        row[16] = totals.deviation();
        row[17] = totals.rows();
        return row;
    }
}
