package io.craton.sql.function;

import io.craton.sql.exec.ExecContext;
import io.craton.sql.exec.ScanOperators.ClosableRows;
import io.craton.storage.txn.TenantLog;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Entries of the tenant's log as rows of craton_log, read as far as somebody asks. */
public final class LogRows implements ClosableRows<@Nullable Object[]> {
    private final TenantLog.Entries entries;

    private LogRows(TenantLog.Entries entries) {
        this.entries = entries;
    }

    /** From one position to another, both included; what the snapshot does not see is left out. */
    public static LogRows open(ExecContext context, long from, long to) {
        return new LogRows(context.transaction().log().entries(from, Math.min(to, context.transaction().snapshotPosition())));
    }

    @Override
    public boolean hasNext() {
        return entries.hasNext();
    }

    @Override
    public @Nullable Object[] next() {
        TenantLog.Entry entry = entries.next();
        return new Object[] {entry.position(), entry.timestampMicros() == 0 ? null : entry.timestampMicros(), entry.role(),
            entry.kind().name().toLowerCase(Locale.ROOT), (long) entry.bytes(), entry.hash().toBytes(), entry.transaction() == 0 ? null : entry.transaction(),
            entry.tag(), (long) entry.changes(), entry.term()};
    }

    @Override
    public void close() {
        entries.close();
    }
}
