package io.craton.sql.function;

import io.craton.core.error.PgException;
import io.craton.core.error.SqlState;
import io.craton.core.type.Snapshot;
import io.craton.sql.exec.ExecContext;
import java.util.Arrays;

/** Transaction ids and snapshots as values: pg_current_xact_id() and pg_snapshot, with their older twins by bigint. */
final class TransactionIdFunctions {
    /** Smaller ones are older than anything. */
    private static final long FIRST_NORMAL_ID = 3;

    private TransactionIdFunctions() {}

    private static Object assign(ExecContext context) {
        if (!context.transaction().led() && context.transaction().readOnly()) {
            throw new PgException(SqlState.READ_ONLY_SQL_TRANSACTION, "cannot assign transaction IDs where another node leads");
        }
        return context.transaction().assignId();
    }

    static void register(Kernels kernels) {
        kernels.scalar("pg_current_xact_id", (context, call, a) -> assign(context));
        kernels.scalar("pg_current_xact_id_if_assigned",
                (context, call, a) -> context.transaction().hasAssignedId() ? (Object) context.transaction().id() : null);
        kernels.scalar("pg_current_snapshot", (context, call, a) -> current(context.transaction().runningIds()));
        kernels.scalar("pg_snapshot_xmin", (context, call, a) -> ((Snapshot) a[0]).xmin());
        kernels.scalar("pg_snapshot_xmax", (context, call, a) -> ((Snapshot) a[0]).xmax());
        kernels.set("pg_snapshot_xip", (context, call, a) -> {
            long[] running = ((Snapshot) a[0]).running();
            return SetFunctions.rows(running.length, i -> new Object[] {running[i]});
        });
        kernels.scalar("xid_age", (context, call, a) -> {
            long xid = (Long) a[0];
            if (xid < FIRST_NORMAL_ID) return (long) Integer.MAX_VALUE;
            long[] ids = context.transaction().runningIds();
            return (long) (int) (ids[ids.length - 1] - xid);
        });
        kernels.scalar("pg_visible_in_snapshot", (context, call, a) -> ((Snapshot) a[1]).sees((Long) a[0]));
    }

    /** @param ids of the transactions at work, this one's among them; the next id last */
    private static Snapshot current(long[] ids) {
        long next = ids[ids.length - 1];
        long[] running = Arrays.copyOf(ids, ids.length - 1);
        return new Snapshot(running.length == 0 ? next : running[0], next, running);
    }
}
